package dev.aldis.mqtt.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/conformance.md} is what the tests say; {@code -Daldis.record=true} writes it anew. */
class ConformancePageTest {

    private static final Path PAGE = Repository.root().resolve("docs").resolve("conformance.md");

    @Test
    void thePageIsWhatTheTestsSay() throws IOException {
        String text = new ConformancePage().text();
        if (Boolean.getBoolean("aldis.record")) {
            Files.writeString(PAGE, text);
        }
        assertEquals(text, Files.readString(PAGE), "Write it anew with -Dtest=ConformancePageTest -Daldis.record=true");
    }

    @Test
    void eachClauseHasATestOrAReason() {
        ConformancePage page = new ConformancePage();
        assertEquals(
                List.of(),
                page.unproved(),
                "Name these in a @Clause of it-tests/conformance, or say in reasons.tsv why no test can");
        assertEquals(List.of(), page.excused(), "These have a test: take the reason out of reasons.tsv");
    }

    @Test
    void whatIsNamedIsAClause() {
        for (boolean mqtt5 : new boolean[] {true, false}) {
            Set<String> clauses = new HashSet<>();
            ConformancePage.rows(mqtt5 ? "clauses-5.tsv" : "clauses-3.1.1.tsv").forEach(cells -> clauses.add(cells[0]));
            // As many as the standards have for a client: none is dropped unnoticed.
            assertEquals(mqtt5 ? 208 : 95, clauses.size());
            ClauseEvidence evidence = new ClauseEvidence(mqtt5);
            List<String> unknown = Stream.concat(evidence.named().stream(), evidence.reasons.keySet().stream())
                    .filter(clause -> !clauses.contains(clause))
                    .toList();
            assertEquals(List.of(), unknown, mqtt5 ? "MQTT 5.0" : "MQTT 3.1.1");
        }
    }

    @Test
    void eachTestThatIsNamedRanAndPassed() {
        TestReports reports = TestReports.read();
        List<String> wrong = new ConformancePage()
                .tests().stream().filter(test -> !reports.passed(test)).toList();
        assertEquals(List.of(), wrong, "These did not run in this build, or failed; run all modules with 'verify'");
        assertTrue(new ConformancePage().tests().size() > 50);
    }
}
