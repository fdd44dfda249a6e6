package dev.aldis.mqtt.modulepath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The library in an image of its own, linked by jlink from real modules; H2 is not one, so the store is in memory. */
@Timeout(300)
class LinkedImageIT {

    @TempDir
    Path folder;

    @Test
    void aClientRunsFromALinkedImage() throws Exception {
        Path image = folder.resolve("image");
        ForkedProcess.run(List.of(
                ForkedProcess.tool("jlink"),
                "--module-path",
                Artifacts.path(Artifacts.WEBSOCKET),
                // jlink follows "requires" only, so that providers have to be named.
                "--add-modules",
                "dev.aldis.mqtt.modulepath,dev.aldis.mqtt.protocol,dev.aldis.mqtt.transport.netty,"
                        + "dev.aldis.mqtt.transport.websocket",
                "--output",
                image.toString()));
        try (LoopbackServer server = new LoopbackServer()) {
            List<String> output = ForkedProcess.run(List.of(
                    image.resolve("bin").resolve("java").toString(),
                    "--module",
                    "dev.aldis.mqtt.modulepath/dev.aldis.mqtt.modulepath.Application",
                    server.uri(),
                    "memory:"));
            assertTrue(output.contains("published SUCCESS"), output::toString);
            assertEquals(
                    List.of("CONNECT", "PUBLISH", "PUBREL"), server.received().subList(0, 3));
        }
    }
}
