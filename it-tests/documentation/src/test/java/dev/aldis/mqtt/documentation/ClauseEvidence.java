package dev.aldis.mqtt.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which tests prove which clause of a version of the standard: by the annotations of the tests of the whole client, by the
 * vectors of the codec, and by the table {@code evidence.tsv}, in which other tests are named.
 */
final class ClauseEvidence {

    private static final Pattern CLAUSE = Pattern.compile("MQTT-[\\d.]+-\\d+|U-[\\w.\\-]+");
    private static final Pattern ANNOTATED =
            Pattern.compile("@Clause\\(([^)]*)\\)\\s+(?:@\\w+(?:\\([^)]*\\))?\\s+)*void (\\w+)\\(");
    private static final String ANNOTATION = "@Clause(";
    private static final String CODEC = "mqtt-protocol/src/test/resources/dev/aldis/mqtt/protocol/codec/";

    /** Tests of the whole client through a peer on a socket, as class and method. */
    final Map<String, Set<String>> wholeClient = new TreeMap<>();

    /** Tests of the codec or of the engine, as class. */
    final Map<String, Set<String>> parts = new TreeMap<>();

    /** Why no test names a clause. */
    final Map<String, String> reasons = new TreeMap<>();

    private final Set<String> named = new TreeSet<>();
    private final boolean mqtt5;

    ClauseEvidence(boolean mqtt5) {
        this.mqtt5 = mqtt5;
        Repository.files(path -> path.contains("it-tests/conformance/src/test/java/") && path.endsWith("Test.java"))
                .forEach(this::readAnnotations);
        readVectors();
        String version = mqtt5 ? "5" : "3.1.1";
        for (String[] cells : ConformancePage.rows("evidence.tsv")) {
            if (cells[0].equals(version)) {
                named.add(cells[1]);
                add(parts, cells[1], cells[2]);
            }
        }
        for (String[] cells : ConformancePage.rows("reasons.tsv")) {
            if (cells[0].equals(version)) {
                reasons.put(cells[1], cells[2]);
            }
        }
    }

    /** What annotations and {@code evidence.tsv} name; vectors name clauses of the server as well. */
    Set<String> named() {
        return named;
    }

    private static void add(Map<String, Set<String>> to, String clause, String test) {
        to.computeIfAbsent(clause, ignored -> new TreeSet<>()).add(test);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String className(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }

    private void readAnnotations(Path file) {
        String source = text(file);
        int unread = source.split(Pattern.quote(ANNOTATION), -1).length - 1;
        Matcher annotated = ANNOTATED.matcher(source);
        while (annotated.find()) {
            unread--;
            String arguments = annotated.group(1);
            int old = arguments.indexOf("v311");
            String wanted = mqtt5
                    ? arguments.substring(0, old < 0 ? arguments.length() : old)
                    : old < 0 ? "" : arguments.substring(old);
            for (Matcher clause = CLAUSE.matcher(wanted); clause.find(); ) {
                named.add(clause.group());
                add(wholeClient, clause.group(), className(file) + "." + annotated.group(2));
            }
        }
        if (unread != 0) {
            throw new IllegalStateException(
                    unread + " annotations of " + file + " stand where they are not understood");
        }
    }

    private void readVectors() {
        Path folder = Repository.root().resolve(CODEC);
        List<String> forEngine = text(folder.resolve("vectors-for-the-engine.tsv"))
                .lines()
                .map(line -> line.split("\t", -1)[0])
                .toList();
        for (String line : text(folder.resolve("vectors.tsv")).lines().skip(1).toList()) {
            String[] cells = line.split("\t", -1);
            // What a decoder cannot know is left out by the tests of the vectors.
            if (!cells[1].equals(mqtt5 ? "5" : "311") || forEngine.contains(cells[0])) {
                continue;
            }
            add(parts, cells[5], "VectorsTest");
            boolean sent = cells[2].equals("s2c")
                    && !cells[4].equals("valid")
                    && !cells[6].contains("RequestProblemInformation=0")
                    && !cells[6].contains("MaximumPacketSize");
            if (sent) {
                add(wholeClient, cells[5], "WholeClientVectorsTest");
            }
        }
    }
}
