package dev.aldis.mqtt.documentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    void eachTestThatIsNamedRan() {
        TestReports reports = TestReports.read();
        List<String> idle = new ConformancePage()
                .tests().stream().filter(test -> reports.executed(test) == 0).toList();
        assertEquals(List.of(), idle, "These did not run in this build; run all modules with 'verify'");
        assertTrue(new ConformancePage().tests().size() > 5);
    }
}
