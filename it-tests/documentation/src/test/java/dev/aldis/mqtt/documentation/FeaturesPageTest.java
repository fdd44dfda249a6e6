package dev.aldis.mqtt.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code docs/features.md} says of each feature how to use it and what proves it, and the proof was run. */
class FeaturesPageTest {

    /** In the place of a use: the feature is not built, and nothing proves it. */
    private static final String NOT_YET = "not yet";

    private static final Pattern ROW = Pattern.compile("\\| ([A-Z]\\d+) \\|(.*)\\|");
    private static final Pattern TEST = Pattern.compile("`(\\w+)`");

    private record Row(String id, String feature, String use, String proof) {

        List<String> tests() {
            List<String> names = new ArrayList<>();
            for (Matcher name = TEST.matcher(proof); name.find(); ) {
                names.add(name.group(1));
            }
            return names;
        }
    }

    private static List<Row> rows;

    @BeforeAll
    static void readThePage() throws IOException {
        rows = Files.readAllLines(Repository.root().resolve("docs").resolve("features.md")).stream()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> row(row.group(1), row.group(2)))
                .toList();
    }

    private static Row row(String id, String cells) {
        // A bar inside of code is written \| in a table.
        List<String> texts = Arrays.stream(cells.split("(?<!\\\\)\\|", -1))
                .map(String::strip)
                .toList();
        assertEquals(3, texts.size(), id + " has these cells: " + texts);
        return new Row(id, texts.get(0), texts.get(1), texts.get(2));
    }

    @Test
    void eachGroupOfFeaturesIsThere() {
        TreeSet<String> groups = new TreeSet<>();
        rows.forEach(row -> groups.add(row.id().substring(0, 1)));
        assertEquals(new TreeSet<>(List.of("S", "P", "R", "C", "D", "O")), groups);
        assertEquals(rows.size(), rows.stream().map(Row::id).distinct().count());
    }

    @Test
    void noCellIsEmpty() {
        for (Row row : rows) {
            assertFalse(
                    row.feature().isEmpty()
                            || row.use().isEmpty()
                            || row.proof().isEmpty(),
                    row.id());
        }
    }

    @Test
    void whatIsBuiltNamesItsTestsAndWhatIsNotNamesNone() {
        for (Row row : rows) {
            assertEquals(row.use().equals(NOT_YET), row.tests().isEmpty(), row.id());
        }
    }

    @Test
    void eachTestThatIsNamedExistsAndRan() {
        TestReports reports = TestReports.read();
        List<String> wrong = new ArrayList<>();
        for (Row row : rows) {
            for (String test : row.tests()) {
                if (!reports.exists(test)) {
                    wrong.add(row.id() + ": there is no test class " + test);
                } else if (reports.executed(test) == 0) {
                    wrong.add(row.id() + ": " + test + " did not run in this build; run all modules with 'verify'");
                }
            }
        }
        assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
    }
}
