package dev.aldis.mqtt.modulepath;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.aldis.mqtt.support.ArtemisBroker;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The library in an image of its own, linked by jlink from real modules as docs/dependencies.md says. H2 is not one, so it
 * stays on the module path beside the image.
 */
@Timeout(300)
class LinkedImageIT {

    private static final String MAIN = "dev.aldis.mqtt.modulepath/dev.aldis.mqtt.modulepath.Exchange";

    /** jlink follows "requires" only, so that providers have to be named. */
    private static final String MODULES = "dev.aldis.mqtt.modulepath,dev.aldis.mqtt.protocol,"
            + "dev.aldis.mqtt.transport.netty,dev.aldis.mqtt.transport.websocket,jdk.crypto.ec";

    @TempDir
    static Path folder;

    private static ArtemisBroker broker;
    private static Path image;

    @BeforeAll
    static void linkTheImage() throws Exception {
        broker = ArtemisBroker.startInMemory();
        image = folder.resolve("image");
        ForkedProcess.run(List.of(
                ForkedProcess.tool("jlink"),
                "--module-path",
                ConsumerProjects.path(List.of(Artifacts.WEBSOCKET)),
                "--add-modules",
                // H2 needs the last one.
                MODULES + ",java.sql",
                "--strip-debug",
                "--compress=2",
                "--output",
                image.toString()));
    }

    @AfterAll
    static void stopTheBroker() {
        broker.close();
    }

    @Test
    void bothTransportsRunFromALinkedImage() throws Exception {
        long beforeNanos = System.nanoTime();
        assertExchanged(2, "memory:", broker.uri(), webSocket());
        long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beforeNanos);
        System.out.println("An image of " + (sizeBytes() >> 20)
                + " MiB: from the start to the end, with two clients and a message at QoS 2 from each to itself, "
                + tookMillis + " ms");
    }

    @Test
    void theStoreOnH2IsAddedToALinkedImageByTheModulePath() throws Exception {
        String store =
                ConsumerProjects.jars(ConsumerProjects.nameOf(List.of(Artifacts.WEBSOCKET, Artifacts.H2))).stream()
                        .map(Path::toString)
                        .filter(jar -> jar.contains(Artifacts.H2) || jar.contains(File.separator + "h2-"))
                        .collect(Collectors.joining(File.pathSeparator));
        assertExchanged(1, List.of("--module-path", store), "h2:" + folder.resolve("store"), webSocket());
    }

    private static void assertExchanged(int count, String... arguments) throws Exception {
        assertExchanged(count, List.of(), arguments);
    }

    private static void assertExchanged(int count, List<String> options, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(image.resolve("bin").resolve("java").toString()));
        command.addAll(options);
        command.addAll(List.of("--module", MAIN));
        command.addAll(List.of(arguments));
        List<String> others = new ArrayList<>(ForkedProcess.run(command));
        others.removeIf(line -> line.startsWith("module "));
        assertEquals(
                Stream.generate(() -> "received EXACTLY_ONCE hello")
                        .limit(count)
                        .toList(),
                others);
    }

    private static String webSocket() {
        return "ws://127.0.0.1:" + broker.port() + "/mqtt";
    }

    private static long sizeBytes() throws Exception {
        try (Stream<Path> files = Files.walk(image)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
