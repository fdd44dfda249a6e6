package dev.aldis.mqtt.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.examples.Example;
import dev.aldis.mqtt.support.FreePort;
import dev.aldis.mqtt.support.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the two programs answer to options that are wrong and servers that are not there. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
class CommandLineIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @ParameterizedTest
    @ValueSource(strings = {"publish", "subscribe"})
    void helpNamesEveryOptionOfTheCommonSet(String name) {
        try (Program program = Example.start(name, "--topic", "#bad", "--help")) {
            assertEquals(0, program.awaitExit(PATIENCE), program::toString);
            String help = String.join("\n", program.output().all());
            for (String option : List.of(
                    "--server URI",
                    "--topic T",
                    "--qos 0|1|2",
                    "--version 5|3.1.1|3.1",
                    "--client-id ID",
                    "--store URI",
                    "--session-expiry SECONDS",
                    "--clean-start",
                    "--user U",
                    "--password-env VAR",
                    "--cafile PEM",
                    "--certfile PEM",
                    "--keyfile PEM",
                    "--quiet",
                    "--help",
                    "Exit status:")) {
                assertTrue(help.contains(option), option + " is not in " + help);
            }
        }
    }

    /** What else is refused is in {@code WrongOptionsTest}, without a process for each. */
    @ParameterizedTest
    @ValueSource(strings = {"publish", "subscribe"})
    void aWrongOptionIsAnExitCodeOfItsOwn(String name) {
        try (Program program = Example.start(name, "--tpoic", "a")) {
            assertEquals(2, program.awaitExit(PATIENCE), program::toString);
            program.errors().await("Unknown option '--tpoic'", Duration.ZERO);
            assertEquals(List.of(), program.output().all());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"publish", "subscribe"})
    void aServerThatIsNotThereIsAnErrorAfterAWhile(String name) {
        String server = "mqtt://127.0.0.1:" + FreePort.find();
        try (Program program = Example.start(name, "--server", server, "--topic", "a", "--quiet")) {
            assertEquals(1, program.awaitExit(PATIENCE), program::toString);
            program.errors()
                    .await("cannot connect to " + server + " within 15 s: check that the server runs", PATIENCE);
            assertEquals(1, program.errors().size(), program::toString);
        }
    }

    @Test
    void aServerThatNeverAnswersIsAnErrorAfterAWhile() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Program program = Example.start(
                        "publish", "--server", "mqtt://127.0.0.1:" + silent.getLocalPort(), "--topic", "a")) {
            assertEquals(1, program.awaitExit(PATIENCE), program::toString);
            program.errors().await("cannot connect to", PATIENCE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"publish", "subscribe", "main-job"})
    void withoutABuildTheScriptSaysWhatToRun(String name, @TempDir Path folder) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("it-tests/examples/bin"));
        Path script = Files.copy(Example.script(name), bin.resolve(name));
        try (Program program = Program.start(List.of("sh", script.toString(), "--help"))) {
            assertEquals(3, program.awaitExit(PATIENCE), program::toString);
            program.errors().await("there is no build to run", Duration.ZERO);
            program.errors().await("mvn -B -q -ntp -pl it-tests/examples -am -DskipTests package", Duration.ZERO);
        }
    }

    @Test
    void theScriptRunsFromAnyFolderAndThroughALink(@TempDir Path folder) throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("pub"), Example.script("publish"));
        assertTrue(Files.isExecutable(link), "bin/publish has to be executable");
        String command = "cd '" + folder + "' && ./pub --help";
        try (Program program = Program.start(List.of("sh", "-c", command))) {
            assertEquals(0, program.awaitExit(PATIENCE), program::toString);
            program.output().await("Usage: publish", Duration.ZERO);
        }
    }

    @Test
    void javaHomeChoosesTheJava(@TempDir Path folder) {
        try (Program program = Example.start(
                "publish",
                List.of("--help"),
                Map.of("JAVA_HOME", folder.resolve("no-java").toString()))) {
            assertTrue(program.awaitExit(PATIENCE) > 3, program::toString);
            program.errors().await("no-java", Duration.ZERO);
        }
    }
}
