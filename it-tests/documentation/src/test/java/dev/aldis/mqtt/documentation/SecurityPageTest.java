package dev.aldis.mqtt.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code SECURITY.md} names for each attacker what proves the answer, and the proof was run. */
class SecurityPageTest {

    private static final Pattern TEST = Pattern.compile("`(\\w+)`");

    @Test
    void eachRowNamesTestsThatRan() throws IOException {
        TestReports reports = TestReports.read();
        List<String> wrong = new ArrayList<>();
        List<String> rows = rows();
        for (String row : rows) {
            String[] cells = row.split("\\|", -1);
            assertEquals(6, cells.length, row);
            Matcher test = TEST.matcher(cells[4]);
            boolean named = false;
            while (test.find()) {
                named = true;
                if (reports.executed(test.group(1)) == 0) {
                    wrong.add(test.group(1) + " did not run in this build; run all modules with 'verify'");
                }
            }
            if (!named) {
                wrong.add("nothing proves: " + row);
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(rows.size() >= 10, () -> rows.size() + " rows");
    }

    /** Those of the table, without its head. */
    private static List<String> rows() throws IOException {
        return Files.readAllLines(Repository.root().resolve("SECURITY.md")).stream()
                .filter(line -> line.startsWith("| "))
                .skip(1)
                .toList();
    }
}
