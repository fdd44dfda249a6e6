package dev.aldis.mqtt.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.examples.Example;
import dev.aldis.mqtt.support.MosquittoBroker;
import dev.aldis.mqtt.support.Program;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten thousand lines at QoS 2 from {@code publish} through mosquitto to {@code subscribe}, whatever is in their way. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class TransferIT {

    private static final int LINES = 10_000;
    private static final int MOST_RUNS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final List<String> NUMBERS =
            IntStream.rangeClosed(1, LINES).mapToObj(Integer::toString).toList();

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void writeLines() throws IOException {
        assumeTrue(MosquittoBroker.installed().isPresent(), "mosquitto is not installed");
        file = Files.write(folder.resolve("lines.txt"), NUMBERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1", "3.1"})
    void allLinesArriveOnceAndInOrder(String version) throws IOException {
        try (MosquittoBroker broker = MosquittoBroker.startIn(folder);
                Program subscriber = subscribe(broker, version, "--count", "" + LINES);
                Program publisher = Program.start(List.of(
                        "sh",
                        "-c",
                        "sh '" + Example.script("publish") + "' --server " + broker.uri()
                                + " --topic lines --qos 2 --version " + version + " <'" + file + "'"))) {
            assertEquals(0, publisher.awaitExit(PATIENCE), publisher::toString);
            assertEquals(0, subscriber.awaitExit(PATIENCE), subscriber::toString);
            assertEquals(NUMBERS, subscriber.output().all());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1", "3.1"})
    void allLinesArriveOnceAndInOrderWhenTheBrokerIsStoppedAndStarted(String version) {
        try (MosquittoBroker broker = MosquittoBroker.startIn(folder, MosquittoBroker.RESTARTABLE);
                Program subscriber = subscribe(broker, version, "--count", "" + LINES);
                Program publisher = Example.start("publish", common(broker, version, "publisher"), Map.of())) {
            try (PrintStream lines = new PrintStream(publisher.input(), false, StandardCharsets.UTF_8)) {
                NUMBERS.subList(0, LINES / 2).forEach(lines::println);
                lines.flush();
                subscriber.output().awaitSize(LINES / 4, PATIENCE);
                broker.stop();
                publisher.errors().await("trying again", PATIENCE);
                broker.start();
                NUMBERS.subList(LINES / 2, LINES).forEach(lines::println);
            }
            assertEquals(0, publisher.awaitExit(PATIENCE), publisher::toString);
            assertEquals(0, subscriber.awaitExit(PATIENCE), subscriber::toString);
            assertEquals(NUMBERS, subscriber.output().all());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1", "3.1"})
    void allLinesArriveOnceAndInOrderWhenThePublisherIsKilledAndStarted(String version) {
        try (MosquittoBroker broker = MosquittoBroker.startIn(folder);
                Program subscriber = subscribe(broker, version, "--count", "" + LINES)) {
            for (int kill = 1; kill <= 2; kill++) {
                try (Program publisher = publish(broker, version)) {
                    subscriber.output().awaitSize(LINES / 4 * kill, PATIENCE);
                    publisher.kill();
                }
            }
            try (Program publisher = publish(broker, version)) {
                assertEquals(0, publisher.awaitExit(PATIENCE), publisher::toString);
            }
            assertEquals(0, subscriber.awaitExit(PATIENCE), subscriber::toString);
            assertEquals(NUMBERS, subscriber.output().all());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1", "3.1"})
    void aKilledSubscriberIsGivenAgainOnlyWhatItsDeliveryIdentifierShowsToBeKnown(String version) {
        List<String> printed = new ArrayList<>();
        try (MosquittoBroker broker = MosquittoBroker.startIn(folder)) {
            String[] format = {"--format", "{delivery} {redelivered} {payload}"};
            String[] formatUntilIdle = {"--format", "{delivery} {redelivered} {payload}", "--idle", "5"};
            try (Program first = subscribe(broker, version, format);
                    Program publisher = publish(broker, version)) {
                first.output().awaitSize(LINES / 4, PATIENCE);
                first.kill();
                printed.addAll(first.output().all());
                assertEquals(0, publisher.awaitExit(PATIENCE), publisher::toString);
            }
            int runs = 0;
            do {
                try (Program second = subscribe(broker, version, formatUntilIdle)) {
                    assertEquals(0, second.awaitExit(PATIENCE), second::toString);
                    printed.addAll(second.output().all());
                }
                // It is idle also while the machine stalls.
            } while (++runs < MOST_RUNS && payloads(printed) < LINES);
        }
        Map<String, String> byDelivery = new LinkedHashMap<>();
        for (String line : printed) {
            String[] words = line.split(" ", -1);
            String known = byDelivery.putIfAbsent(words[0], words[2]);
            assertEquals(known == null ? words[2] : known, words[2], "one delivery identifier for two messages");
            if (known != null) {
                assertEquals("1", words[1], "printed again without being marked: " + line);
            }
        }
        assertEquals(NUMBERS, List.copyOf(byDelivery.values()));
    }

    private static long payloads(List<String> printed) {
        return printed.stream().map(line -> line.split(" ", -1)[2]).distinct().count();
    }

    private Program subscribe(MosquittoBroker broker, String version, String... more) {
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.addAll(common(broker, version, "subscriber"));
        Program program = Example.start("subscribe", arguments, Map.of());
        program.errors().await("subscribed to", PATIENCE);
        return program;
    }

    private Program publish(MosquittoBroker broker, String version) {
        List<String> arguments = new ArrayList<>(List.of("--file", file.toString()));
        arguments.addAll(common(broker, version, "publisher"));
        return Example.start("publish", arguments, Map.of());
    }

    private List<String> common(MosquittoBroker broker, String version, String name) {
        return List.of(
                "--server",
                broker.uri(),
                "--topic",
                "lines",
                "--qos",
                "2",
                "--version",
                version,
                "--client-id",
                name,
                "--store",
                "h2:" + folder.resolve(name));
    }
}
