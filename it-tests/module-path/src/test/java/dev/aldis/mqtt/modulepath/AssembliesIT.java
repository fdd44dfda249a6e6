package dev.aldis.mqtt.modulepath;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.aldis.mqtt.support.ArtemisBroker;
import java.io.File;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every transport with every store, each in a JVM that has the JAR files of a project that names just these artifacts: one
 * message is published and received at QoS 2, exactly those modules are there that were chosen, and nothing is said beside.
 */
@Timeout(300)
class AssembliesIT {

    private static final String APPLICATION = "dev.aldis.mqtt.modulepath";
    private static final String MAIN = APPLICATION + ".Exchange";

    private static final List<String> ALWAYS = List.of("dev.aldis.mqtt.api", APPLICATION, "dev.aldis.mqtt.protocol");

    private static final List<String> WITH_NETTY = List.of(
            "dev.aldis.mqtt.transport.netty",
            "io.netty.buffer",
            "io.netty.codec",
            "io.netty.codec.http",
            "io.netty.codec.socks",
            "io.netty.common",
            "io.netty.handler",
            "io.netty.handler.proxy",
            "io.netty.resolver",
            "io.netty.transport",
            "io.netty.transport.classes.epoll",
            "io.netty.transport.unix.common");

    private static final List<String> WITH_WEBSOCKET =
            List.of("dev.aldis.mqtt.transport.websocket", "io.netty.codec.compression");

    private static final List<String> WITH_H2 = List.of("com.h2database", "dev.aldis.mqtt.persistence.h2");

    private static final List<String> WITH_CHRONICLE = List.of(
            "affinity",
            "chronicle.bytes",
            "chronicle.core",
            "chronicle.queue",
            "chronicle.threads",
            "chronicle.wire",
            "dev.aldis.mqtt.persistence.chronicle",
            "org.slf4j",
            "posix");

    /** What docs/stores.md tells users of Chronicle Queue: what it needs, and what silences the warning of a later Java. */
    private static final List<String> FLAGS_OF_CHRONICLE = flagsOfChronicle("module-path.args");

    private static final List<String> EVERYTHING =
            List.of(Artifacts.NETTY, Artifacts.WEBSOCKET, Artifacts.H2, Artifacts.CHRONICLE);

    private static ArtemisBroker broker;

    @TempDir
    Path folder;

    @BeforeAll
    static void startTheBroker() {
        broker = ArtemisBroker.startInMemory();
    }

    @AfterAll
    static void stopTheBroker() {
        broker.close();
    }

    static Stream<Arguments> transportsAndStores() {
        return Stream.of(Artifacts.NETTY, Artifacts.WEBSOCKET)
                .flatMap(transport ->
                        Stream.of("", Artifacts.H2, Artifacts.CHRONICLE).map(store -> Arguments.of(transport, store)));
    }

    @ParameterizedTest
    @MethodSource("transportsAndStores")
    void aTransportAndAStore(String transport, String store) throws Exception {
        String server = transport.equals(Artifacts.NETTY) ? mqtt() : webSocket();
        List<String> artifacts = store.isEmpty() ? List.of(transport) : List.of(transport, store);
        List<String> output = run(artifacts, flags(store), storeUri(store), server);
        assertEquals(List.of("EXACTLY_ONCE hello"), received(output));
        assertEquals(List.of(), others(output));
        Set<String> expected = new TreeSet<>(ALWAYS);
        expected.addAll(WITH_NETTY);
        expected.addAll(transport.equals(Artifacts.NETTY) ? List.of() : WITH_WEBSOCKET);
        expected.addAll(store.equals(Artifacts.H2) ? WITH_H2 : List.of());
        expected.addAll(store.equals(Artifacts.CHRONICLE) ? WITH_CHRONICLE : List.of());
        assertEquals(List.copyOf(expected), modules(output));
    }

    /** Where two of these modules had a package in common, the JVM would not start. */
    @Test
    void bothTransportsAndAllStoresTogether() throws Exception {
        List<String> output = run(EVERYTHING, FLAGS_OF_CHRONICLE, "memory:", mqtt(), webSocket());
        assertEquals(List.of("EXACTLY_ONCE hello", "EXACTLY_ONCE hello"), received(output));
        assertEquals(List.of(), others(output));
        Set<String> expected = new TreeSet<>(ALWAYS);
        List.of(WITH_NETTY, WITH_WEBSOCKET, WITH_H2, WITH_CHRONICLE).forEach(expected::addAll);
        assertEquals(List.copyOf(expected), modules(output));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", Artifacts.H2, Artifacts.CHRONICLE})
    void theClassPathWorksToo(String store) throws Exception {
        boolean chronicle = store.equals(Artifacts.CHRONICLE);
        List<String> artifacts = store.isEmpty() ? List.of(Artifacts.WEBSOCKET) : List.of(Artifacts.WEBSOCKET, store);
        List<String> command = new ArrayList<>(List.of(ForkedProcess.tool("java")));
        command.addAll(chronicle ? flagsOfChronicle("class-path.args") : List.of());
        command.addAll(List.of("-cp", ConsumerProjects.path(artifacts), MAIN, storeUri(store), mqtt(), webSocket()));
        List<String> output = ForkedProcess.run(command);
        assertEquals(List.of("EXACTLY_ONCE hello", "EXACTLY_ONCE hello"), received(output));
        assertEquals(List.of(), modules(output));
        // What docs/stores.md says of SLF4J there.
        assertEquals(
                List.of(),
                others(output).stream()
                        .filter(line -> !chronicle || !line.startsWith("SLF4J(W)"))
                        .toList());
    }

    @Test
    void aStoreInAModuleOfTheApplicationsOwn() throws Exception {
        Path module = CustomModule.compile(
                folder,
                "example.store",
                "provides dev.aldis.mqtt.spi.persistence.StoreProvider with"
                        + " dev.aldis.mqtt.examples.logstore.LogStoreProvider;",
                CustomModule.example("logstore"));
        String path = ConsumerProjects.path(List.of(Artifacts.NETTY)) + File.pathSeparator + module;
        List<String> output = ForkedProcess.run(command(path, List.of(), "log:" + folder.resolve("log"), mqtt()));
        assertEquals(List.of("EXACTLY_ONCE hello"), received(output));
        Set<String> expected = new TreeSet<>(ALWAYS);
        expected.addAll(WITH_NETTY);
        expected.add("example.store");
        assertEquals(List.copyOf(expected), modules(output));
        assertEquals(List.of(), others(output));
    }

    @Test
    void aTransportInAModuleOfTheApplicationsOwn() throws Exception {
        List<Path> sources = new ArrayList<>(CustomModule.example("pipe"));
        try (InputStream program = AssembliesIT.class.getResourceAsStream("/PipedExchange.java.txt")) {
            sources.add(Files.write(folder.resolve("PipedExchange.java"), program.readAllBytes()));
        }
        Path module = CustomModule.compile(
                folder,
                "example.transport",
                "provides dev.aldis.mqtt.spi.transport.TransportProvider with"
                        + " dev.aldis.mqtt.examples.pipe.PipeTransportProvider;",
                sources);
        List<String> output = ForkedProcess.run(List.of(
                ForkedProcess.tool("java"),
                "--module-path",
                ConsumerProjects.path(List.of()) + File.pathSeparator + module,
                "--module",
                "example.transport/piped.PipedExchange",
                String.valueOf(broker.port())));
        assertEquals(List.of("EXACTLY_ONCE hello"), received(output));
        // Not even the module of the other program, which nobody asks for.
        assertEquals(List.of("dev.aldis.mqtt.api", "dev.aldis.mqtt.protocol", "example.transport"), modules(output));
        assertEquals(List.of(), others(output));
    }

    private static String mqtt() {
        return broker.uri();
    }

    private static String webSocket() {
        return "ws://127.0.0.1:" + broker.port() + "/mqtt";
    }

    private String storeUri(String store) {
        return switch (store) {
            case Artifacts.H2 -> "h2:" + folder.resolve("h2");
            case Artifacts.CHRONICLE -> "chronicle:" + folder.resolve("chronicle");
            default -> "memory:";
        };
    }

    private static List<String> flagsOfChronicle(String file) {
        return Stream.concat(
                        Stream.of("@" + Path.of("..", "..", "docs", "chronicle", file)),
                        Stream.of("--sun-misc-unsafe-memory-access=allow")
                                .filter(flag -> Runtime.version().feature() >= 24))
                .toList();
    }

    private static List<String> flags(String store) {
        return store.equals(Artifacts.CHRONICLE) ? FLAGS_OF_CHRONICLE : List.of();
    }

    private static List<String> run(List<String> artifacts, List<String> flags, String... arguments) throws Exception {
        return ForkedProcess.run(command(ConsumerProjects.path(artifacts), flags, arguments));
    }

    private static List<String> command(String path, List<String> flags, String... arguments) {
        List<String> command = new ArrayList<>(List.of(ForkedProcess.tool("java")));
        command.addAll(flags);
        command.addAll(List.of("--module-path", path, "--module", APPLICATION + "/" + MAIN));
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> modules(List<String> output) {
        return after("module ", output);
    }

    private static List<String> received(List<String> output) {
        return after("received ", output);
    }

    /** What else is said on either output: the JVM's warnings, for example, which tell of flags that a user would need. */
    private static List<String> others(List<String> output) {
        return output.stream()
                .filter(line -> !line.startsWith("module ") && !line.startsWith("received "))
                .toList();
    }

    private static List<String> after(String beginning, List<String> output) {
        return output.stream()
                .filter(line -> line.startsWith(beginning))
                .map(line -> line.substring(beginning.length()))
                .filter(name -> !name.startsWith("io.netty.codec.unused"))
                .sorted()
                .toList();
    }
}
