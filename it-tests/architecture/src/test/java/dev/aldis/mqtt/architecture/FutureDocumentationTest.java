package dev.aldis.mqtt.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each future that the API gives says how it completes, and how it fails, or whose words hold for it too. */
class FutureDocumentationTest {

    private static final Pattern FUTURE = Pattern.compile(
            "/\\*\\*((?:(?!\\*/).)*)\\*/\\s+(?:(?:public|abstract|default|static) )*"
                    + "(?:CompletableFuture<[^\\n(]+>|Publication) (\\w+)\\(",
            Pattern.DOTALL);

    private static final Pattern BOTH_WAYS =
            Pattern.compile("completes with .*exceptionally (?:with|as) .*", Pattern.DOTALL);
    private static final Pattern ELSEWHERE =
            Pattern.compile("as \\{@link #.*|.*see \\{@link Publication} for how it completes.*", Pattern.DOTALL);

    @Test
    void eachFutureSaysEachWayInWhichItCompletes() {
        List<String> found = new ArrayList<>();
        List<String> silent = new ArrayList<>();
        SourceFiles.in("mqtt-api/src/main/java/dev/aldis/mqtt/api/").forEach(file -> {
            String text = String.join("\n", SourceFiles.lines(file));
            for (Matcher future = FUTURE.matcher(text); future.find(); ) {
                String name = file.getFileName() + " " + future.group(2);
                found.add(name);
                if (!saysHow(future.group(1))) {
                    silent.add(name);
                }
            }
        });
        assertTrue(found.size() >= 15, found::toString);
        assertEquals(List.of(), silent);
    }

    @Test
    void oneThatDoesNotIsFound() {
        assertTrue(saysHow("\n * @return completes with null when closed; exceptionally with a thing when not\n"));
        assertTrue(saysHow("\n * @return as {@link #other()}\n * @throws X if not\n"));
        assertEquals(false, saysHow("\n * @return completes with null when closed\n"));
        assertEquals(false, saysHow("\n * Completes with a, exceptionally with b.\n *\n * @return the future\n"));
    }

    private static boolean saysHow(String comment) {
        int start = comment.indexOf("@return ");
        if (start < 0) {
            return false;
        }
        int end = comment.indexOf("* @", start);
        String words = comment.substring(start + "@return ".length(), end < 0 ? comment.length() : end);
        return BOTH_WAYS.matcher(words).find() || ELSEWHERE.matcher(words).matches();
    }
}
