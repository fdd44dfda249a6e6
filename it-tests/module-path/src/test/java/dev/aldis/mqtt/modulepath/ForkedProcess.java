package dev.aldis.mqtt.modulepath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program run to its end, for what it prints. */
final class ForkedProcess {

    private ForkedProcess() {}

    /** Runs a command that has to succeed within two minutes, and gives the lines of both its outputs. */
    static List<String> run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("forked", ".txt");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            // These would add flags, and a line of their own to the output.
            builder.environment().remove("JAVA_TOOL_OPTIONS");
            builder.environment().remove("JDK_JAVA_OPTIONS");
            Process process = builder.start();
            try {
                assertTrue(process.waitFor(120, TimeUnit.SECONDS), () -> "still runs after two minutes: " + command);
            } finally {
                process.destroyForcibly();
            }
            List<String> lines = Files.readAllLines(output);
            assertEquals(0, process.exitValue(), () -> command + " printed " + String.join("\n", lines));
            return lines;
        } finally {
            Files.delete(output);
        }
    }

    /** A tool of the JDK that runs this test. */
    static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }
}
