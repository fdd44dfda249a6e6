package dev.aldis.mqtt.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.aldis.mqtt.examples.Example;
import dev.aldis.mqtt.support.ArtemisBroker;
import dev.aldis.mqtt.support.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines on their way from {@code publish} to {@code subscribe}, with the options of both. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
class LinesIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int SIGINT = 2;

    private static ArtemisBroker broker;

    private String topic;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startBroker() {
        broker = ArtemisBroker.startInMemory();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void chooseTopic(TestInfo test) {
        topic = test.getTestMethod().orElseThrow().getName() + "/"
                + test.getDisplayName().hashCode();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "2"})
    void linesArriveInOrderByteForByte(String qos) throws IOException {
        try (Program subscriber = subscribe("--qos", qos, "--count", "4")) {
            publish("one\n\nthree with ü\n four ", "--qos", qos);
            assertEquals(0, subscriber.awaitExit(PATIENCE), subscriber::toString);
            assertEquals(
                    List.of("one", "", "three with ü", " four "),
                    subscriber.output().all());
        }
    }

    @Test
    void theFormatShowsWhatIsKnownOfAMessage() throws IOException {
        publish("kept\n", "--retain", "--qos", "1");
        try (Program subscriber =
                subscribe("--format", "{topic} {payload} {qos} {retained} {redelivered}", "--count", "2")) {
            subscriber.output().awaitSize(1, PATIENCE);
            publish("fresh\n");
            assertEquals(0, subscriber.awaitExit(PATIENCE), subscriber::toString);
            assertEquals(
                    List.of(topic + " kept 1 1 0", topic + " fresh 2 0 0"),
                    subscriber.output().all());
        }
    }

    @Test
    void deliveryIdentifiersDiffer() throws IOException {
        try (Program subscriber = subscribe("--format", "{delivery}", "--count", "10")) {
            publish("x\n".repeat(10));
            assertEquals(0, subscriber.awaitExit(PATIENCE), subscriber::toString);
            assertEquals(10, subscriber.output().all().stream().distinct().count(), subscriber::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void whatWasPrintedIsAcknowledgedAndTheRestComesToTheNextRun(String qos) throws IOException {
        String[] options = {
            "--client-id", "counting" + qos, "--store", "h2:" + folder.resolve("counting"), "--qos", qos, "--count", "3"
        };
        try (Program first = subscribe(options)) {
            publish("1\n2\n3\n4\n5\n6\n", "--qos", qos);
            assertEquals(0, first.awaitExit(PATIENCE), first::toString);
            assertEquals(List.of("1", "2", "3"), first.output().all());
        }
        try (Program second = subscribe(options)) {
            assertEquals(0, second.awaitExit(PATIENCE), second::toString);
            assertEquals(List.of("4", "5", "6"), second.output().all());
        }
    }

    @Test
    void anIdleSubscriberEnds() {
        try (Program subscriber = subscribe("--idle", "1")) {
            assertEquals(0, subscriber.awaitExit(PATIENCE), subscriber::toString);
            subscriber.errors().await("0 messages printed; ended: no message for a while", Duration.ZERO);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalEndsASubscriberInGoodOrder(String signal) throws IOException {
        assumeFalse(signal.equals("INT") && isInterruptIgnored(), "a shell ignores it for what runs in the background");
        String[] options = {"--client-id", "signal" + signal, "--store", "h2:" + folder.resolve("signal")};
        try (Program first = subscribe(options)) {
            publish("1\n2\n");
            first.output().awaitSize(2, PATIENCE);
            try (Program kill = Program.start(
                    List.of("kill", "-" + signal, Long.toString(first.process().pid())))) {
                assertEquals(0, kill.awaitExit(PATIENCE), kill::toString);
            }
            assertEquals(0, first.awaitExit(PATIENCE), first::toString);
        }
        publish("3\n");
        try (Program second = subscribe(add(options, "--count", "1"))) {
            assertEquals(0, second.awaitExit(PATIENCE), second::toString);
            assertEquals(List.of("3"), second.output().all());
        }
    }

    /** Then it is for the programs that are started from here as well, and none of them can change that. */
    private static boolean isInterruptIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (Files.notExists(status)) {
            return false;
        }
        String line = Files.readAllLines(status).stream()
                .filter(text -> text.startsWith("SigIgn:"))
                .findFirst()
                .orElse("SigIgn: 0");
        return (Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16) & 1L << (SIGINT - 1)) != 0;
    }

    @ParameterizedTest
    @ValueSource(strings = {"stored", "completed"})
    void lineNumbersAreReportedInOrder(String moment) throws IOException {
        try (Program publisher = publish("x\n".repeat(500), "--report", moment)) {
            assertEquals(numbers(1, 500), publisher.output().all());
        }
    }

    @Test
    void aFileIsGoneOnWithBehindTheLastLineStored() throws IOException {
        Path file = Files.writeString(folder.resolve("lines.txt"), "1\n2\n3\n");
        String[] options = {
            "--file",
            file.toString(),
            "--client-id",
            "filer",
            "--store",
            "h2:" + folder.resolve("filer"),
            "--report",
            "completed"
        };
        try (Program subscriber = subscribe("--count", "5")) {
            try (Program first = publish("", options)) {
                assertEquals(numbers(1, 3), first.output().all());
            }
            try (Program again = publish("", options)) {
                assertEquals(List.of(), again.output().all());
            }
            Files.writeString(file, "1\n2\n3\n4\n5\n");
            try (Program grown = publish("", options)) {
                grown.errors().await("going on behind line 3", Duration.ZERO);
                assertEquals(numbers(4, 5), grown.output().all());
            }
            assertEquals(0, subscriber.awaitExit(PATIENCE), subscriber::toString);
            assertEquals(numbers(1, 5), subscriber.output().all());
        }
        Files.writeString(file, "1\n");
        try (Program shrunk = Example.start("publish", arguments(options))) {
            assertEquals(1, shrunk.awaitExit(PATIENCE), shrunk::toString);
            shrunk.errors().await("line 5 of " + file.toRealPath() + " was stored, but the file has only 1", PATIENCE);
        }
    }

    @Test
    void aStoreThatIsInUseIsAnError() {
        String[] options = {"--client-id", "one", "--store", "h2:" + folder.resolve("one")};
        try (Program first = subscribe(options);
                Program second = Example.start("subscribe", arguments(options))) {
            assertTrue(first.process().isAlive());
            assertEquals(1, second.awaitExit(PATIENCE), second::toString);
            second.errors().await("in use", Duration.ZERO);
        }
    }

    @Test
    void aSubscriberWhoseOutputIsClosedEndsWithAnError() throws IOException {
        List<String> command = List.of(
                "sh",
                "-c",
                "{ sh '" + Example.script("subscribe") + "' --server " + broker.uri() + " --topic " + topic
                        + "; echo \"status $?\" >&2; } | head -n 1");
        try (Program pipe = Program.start(command)) {
            pipe.errors().await("subscribed to", PATIENCE);
            publish("1\n");
            pipe.output().awaitSize(1, PATIENCE);
            // The reader of the pipe is about to end, which the writer finds out at one of these.
            int tries = 0;
            do {
                publish("2\n");
            } while (++tries < 20 && !pipe.errors().reaches("status", 1, Duration.ofSeconds(2)));
            pipe.errors().await("status 1", PATIENCE);
            assertEquals(List.of("1"), pipe.output().all());
        }
    }

    @Test
    void messagesArePublishedNoFasterThanAskedFor() throws IOException {
        long start = System.nanoTime();
        publish("x\n".repeat(21), "--rate", "20");
        long millis = (System.nanoTime() - start) / 1_000_000;
        assertTrue(millis >= 1_000, millis + " ms for 20 steps of 50 ms");
    }

    private Program subscribe(String... options) {
        Program program = Example.start("subscribe", arguments(options));
        program.errors().await("subscribed to", PATIENCE);
        return program;
    }

    /** Publishes to the end, which has to be a good one. */
    private Program publish(String input, String... options) throws IOException {
        try (Program program = Example.start("publish", arguments(options))) {
            try (OutputStream in = program.input()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            assertEquals(0, program.awaitExit(PATIENCE), program::toString);
            return program;
        }
    }

    private String[] arguments(String... options) {
        return add(options, "--server", broker.uri(), "--topic", topic);
    }

    private static String[] add(String[] options, String... more) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static List<String> numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList();
    }
}
