package dev.aldis.mqtt.examples.hello;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.examples.Example;
import dev.aldis.mqtt.support.ArtemisBroker;
import dev.aldis.mqtt.support.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HelloIT {

    @Test
    void theGreetingComesBack() {
        Path target = Example.folder().resolve("target");
        String modulePath =
                target.resolve("classes") + System.getProperty("path.separator") + target.resolve("modules");
        try (ArtemisBroker broker = ArtemisBroker.startInMemory();
                Program hello = Program.start(List.of(
                        Program.jdkTool("java"),
                        "-p",
                        modulePath,
                        "-m",
                        "dev.aldis.mqtt.examples/" + Hello.class.getName(),
                        broker.uri()))) {
            assertEquals(0, hello.awaitExit(Duration.ofMinutes(1)), hello::toString);
            assertEquals(List.of("Hello"), hello.output().all());
        }
    }

    @Test
    void itConnectsPublishesSubscribesAndClosesInUnderFifteenLines() throws IOException {
        List<String> lines =
                Files.readAllLines(Example.folder().resolve("src/main/java/dev/aldis/mqtt/examples/hello/Hello.java"));
        int start = lines.indexOf("    public static void main(String[] arguments) {");
        int end = lines.indexOf("    }");
        assertTrue(start > 0 && end > start && end - start + 1 < 15, start + " to " + end);
    }
}
