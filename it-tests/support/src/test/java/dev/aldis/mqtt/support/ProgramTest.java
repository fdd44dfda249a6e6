package dev.aldis.mqtt.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ProgramTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void itsLinesAndItsExitCodeAreSeen() {
        try (Program java = Program.start(List.of(Program.jdkTool("java"), "--version"))) {
            java.output().await("Runtime Environment", PATIENCE);
            assertEquals(0, java.awaitExit(PATIENCE));
            assertTrue(java.output().size() > 1, java::toString);
        }
    }

    @Test
    void aLineThatNeverComesFailsWithWhatCameInstead() {
        try (Program java = Program.start(List.of(Program.jdkTool("java"), "--version"))) {
            AssertionError failure =
                    assertThrows(AssertionError.class, () -> java.output().await("no such line", PATIENCE));
            assertTrue(failure.getMessage().contains("Runtime Environment"), failure.getMessage());
        }
    }

    @Test
    void certificatesComeAsPem(@TempDir Path folder) throws Exception {
        TestCertificates certificates = TestCertificates.makeIn(folder);
        for (String name : List.of("authority", "server", "client", "stranger")) {
            assertTrue(Files.readString(certificates.certificate(name)).startsWith("-----BEGIN CERTIFICATE-----"));
            assertTrue(Files.readString(certificates.key(name)).startsWith("-----BEGIN PRIVATE KEY-----"));
        }
    }
}
