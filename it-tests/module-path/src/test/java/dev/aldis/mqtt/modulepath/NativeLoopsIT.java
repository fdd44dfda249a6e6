package dev.aldis.mqtt.modulepath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Netty's native parts on the module path, with the flags that docs/dependencies.md names, and no warning. */
@Timeout(300)
class NativeLoopsIT {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "io_uring, io.netty.channel.uring.IoUringSocketChannel, "
                + "'io.netty.transport.classes.io_uring,io.netty.transport.io_uring.linux.x86_64'",
        "epoll, io.netty.channel.epoll.EpollSocketChannel, io.netty.transport.epoll.linux.x86_64"
    })
    void aNativePartIsUsedWhereItIsOnThePath(String part, String channel, String modules) throws Exception {
        assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "the native parts of these tests are for Linux on amd64");
        Path loaded = folder.resolve("loaded.txt");
        List<String> command = new ArrayList<>(List.of(ForkedProcess.tool("java"), "--add-modules=" + modules));
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=io.netty.common");
        }
        command.addAll(List.of(
                "-Xlog:class+load:file=" + loaded,
                "--module-path",
                Artifacts.path(Artifacts.NETTY) + File.pathSeparator + jars("netty-transport-.*" + part + ".*"),
                "--module",
                "dev.aldis.mqtt.modulepath/dev.aldis.mqtt.modulepath.Application"));
        List<String> output;
        try (LoopbackServer server = new LoopbackServer()) {
            command.addAll(List.of(server.uri(), "memory:native"));
            output = ForkedProcess.run(command);
        }
        assumeTrue(
                output.stream().noneMatch(line -> line.contains("cannot be used")),
                () -> "this system does not allow " + part + ": " + output);
        assertTrue(output.contains("published SUCCESS"), output::toString);
        assertTrue(Files.readString(loaded).contains(" " + channel + " "), channel + " was not used");
        assertEquals(
                List.of(),
                output.stream().filter(line -> line.startsWith("WARNING")).toList());
    }

    @Test
    void aNativePartOfAnotherSystemOnThePathDoesNoHarm() throws Exception {
        assumeTrue(!System.getProperty("os.name").startsWith("Mac"), "kqueue can be used here");
        List<String> output;
        try (LoopbackServer server = new LoopbackServer()) {
            output = ForkedProcess.run(List.of(
                    ForkedProcess.tool("java"),
                    "--add-modules=io.netty.transport.classes.kqueue,io.netty.transport.kqueue.osx.x86_64",
                    "--module-path",
                    Artifacts.path(Artifacts.NETTY) + File.pathSeparator + jars("netty-transport-.*kqueue.*"),
                    "--module",
                    "dev.aldis.mqtt.modulepath/dev.aldis.mqtt.modulepath.Application",
                    server.uri(),
                    "memory:native"));
        }
        assertTrue(output.contains("published SUCCESS"), output::toString);
        assertTrue(output.contains("module io.netty.transport.kqueue.osx.x86_64"), output::toString);
        assertTrue(output.stream().anyMatch(line -> line.contains("part KQUEUE is on the path but")), output::toString);
    }

    /** From the class path of the tests, since no artifact of ours brings them. */
    private static String jars(String name) {
        return String.join(
                File.pathSeparator,
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                        .filter(entry -> Path.of(entry).getFileName().toString().matches(name))
                        // The transport itself brings this one.
                        .filter(entry -> !entry.contains("classes-epoll"))
                        .toList());
    }
}
