package dev.aldis.mqtt.protocol.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run of the engine as a text that people read.
 *
 * <pre>
 * # a comment
 * config version=5 store=manual        how the engine is made; before the first input
 * &gt; publish q1 a hello                 an input, after which the turn ends
 * + publish q1 a hello                 an input in the middle of a turn
 *   store 1: put OUTBOUND 1: ...       what came out of the turn
 * </pre>
 */
final class Transcript {

    private Transcript() {}

    /** Executes the inputs of a transcript; gives the transcript with what came out this time. */
    static String execute(String text) {
        StringBuilder result = new StringBuilder();
        TranscriptClient client = null;
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.startsWith("  ")) {
                continue;
            }
            result.append(line).append('\n');
            boolean configuration = line.startsWith("config");
            if (configuration || (client == null && isInput(line))) {
                client = new TranscriptClient(configuration ? line.substring("config".length()) : "");
            }
            if (isInput(line)) {
                result.append(execute(client, line, number));
            }
        }
        // Splitting gives an empty line behind the last line feed.
        result.setLength(result.length() - 1);
        return result.toString();
    }

    private static boolean isInput(String line) {
        return line.startsWith("> ") || line.startsWith("+ ");
    }

    private static String execute(@Nullable TranscriptClient client, String line, int number) {
        if (client == null) {
            throw new AssertionError("Line " + number + " comes before the configuration");
        }
        try {
            return client.execute(line.substring(2), line.startsWith(">"));
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("Line " + number + ": " + line + ": " + e, e);
        }
    }

    /** The first line that differs, with its surroundings; null if there is none. */
    static @Nullable String difference(String expected, String actual) {
        List<String> wanted = expected.lines().toList();
        List<String> got = actual.lines().toList();
        for (int i = 0; i < Math.max(wanted.size(), got.size()); i++) {
            String left = i < wanted.size() ? wanted.get(i) : "(end)";
            String right = i < got.size() ? got.get(i) : "(end)";
            if (!left.equals(right)) {
                int input = i;
                while (input > 0 && !isInput(got.get(Math.min(input, got.size() - 1)))) {
                    input--;
                }
                return "line " + (i + 1) + "\n  after    " + got.get(Math.min(input, got.size() - 1)) + "\n  expected "
                        + left + "\n  but was  " + right;
            }
        }
        return null;
    }
}
