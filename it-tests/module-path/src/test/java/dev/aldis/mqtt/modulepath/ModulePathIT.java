package dev.aldis.mqtt.modulepath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The library in a JVM that has nothing on its class path. */
@Timeout(300)
class ModulePathIT {

    private static final String APPLICATION = "dev.aldis.mqtt.modulepath/dev.aldis.mqtt.modulepath.Application";

    /** Words of the JVM's own warnings, which tell of flags that a user would need. */
    private static final Pattern WARNING_OF_THE_JVM =
            Pattern.compile("Unsafe|restricted|native access|[Rr]eflective|Unknown module|deprecated");

    @TempDir
    static Path folder;

    private static List<String> output;
    private static List<String> received;

    @BeforeAll
    static void runTheApplicationOnTheModulePath() throws Exception {
        String modulePath = Artifacts.path(Artifacts.NETTY, Artifacts.H2);
        try (LoopbackServer server = new LoopbackServer()) {
            output = ForkedProcess.run(List.of(
                    ForkedProcess.tool("java"),
                    "--module-path",
                    modulePath,
                    "--module",
                    APPLICATION,
                    server.uri(),
                    "h2:" + folder.resolve("store")));
            received = server.received();
        }
    }

    @Test
    void anExactlyOncePublishGoesThroughEveryModule() throws Exception {
        assertTrue(output.contains("published SUCCESS"), output::toString);
        assertEquals(List.of("CONNECT", "PUBLISH", "PUBREL"), received.subList(0, 3));
        try (Stream<Path> files = Files.walk(folder)) {
            assertTrue(files.anyMatch(Files::isRegularFile), "the store left no file");
        }
    }

    @Test
    void everyModuleIsNamedAndTheClassPathIsEmpty() {
        List<String> modules = output.stream()
                .filter(line -> line.startsWith("module "))
                .map(line -> line.substring("module ".length()))
                .filter(name -> !name.startsWith("io.netty."))
                .toList();
        assertEquals(
                List.of(
                        "com.h2database",
                        "dev.aldis.mqtt.api",
                        "dev.aldis.mqtt.modulepath",
                        "dev.aldis.mqtt.persistence.h2",
                        "dev.aldis.mqtt.protocol",
                        "dev.aldis.mqtt.transport.netty"),
                modules);
        assertTrue(output.contains("class path []"), output::toString);
    }

    @Test
    void theJvmPrintsNoWarning() {
        List<String> warnings =
                output.stream().filter(WARNING_OF_THE_JVM.asPredicate()).toList();
        assertEquals(List.of(), warnings);
    }
}
