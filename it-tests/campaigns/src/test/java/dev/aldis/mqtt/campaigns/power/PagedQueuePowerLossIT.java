package dev.aldis.mqtt.campaigns.power;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.PersistenceOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.persistence.h2.H2StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A queue that is longer than what memory holds, at {@code POWER}: it fills, and drains to a server. The file that a loss of
 * power at many moments would have left is built, and a client opened on each: what it was told to be stored, and what the
 * server had not yet acknowledged, must be in the queue, in order. {@code -Daldis.powerLosses=200} tries more.
 */
@Timeout(600)
class PagedQueuePowerLossIT {

    private static final int LOSSES = Integer.getInteger("aldis.powerLosses", 8);

    /** Memory holds 4,096 of them. */
    private static final int MESSAGES = 7_000;

    private static final int UNSTORED = 500;
    private static final int NEVER = Integer.MAX_VALUE;

    @TempDir
    Path folder;

    private final RecordingDisk disk = new RecordingDisk();

    /** How many operations the disk had done when a message was called stored, and before it was acknowledged. */
    private final int[] stored = new int[MESSAGES];

    private final int[] acknowledged = new int[MESSAGES];

    @Test
    void aLossOfPowerCostsNothingOfAQueueThatIsLongerThanMemory() throws Exception {
        Arrays.fill(stored, NEVER);
        Arrays.fill(acknowledged, NEVER);
        long seed = Long.getLong("aldis.seed", System.nanoTime());
        Random random = new Random(seed);
        try (disk) {
            Path live = Files.createDirectory(folder.resolve("live"));
            int full = fillAndDrain(live);
            Path file = file(live);
            int longest = 0;
            for (int i = 0; i <= LOSSES; i++) {
                int operations = i == 0 ? full : random.nextInt(disk.size() + 1);
                String when = "loss " + i + " after " + operations + " operations of seed " + seed
                        + " (replay with -Daldis.seed=" + seed + ")";
                Path crashed = Files.createDirectory(folder.resolve("crashed" + i));
                Files.write(crashed.resolve(file.getFileName()), disk.afterPowerLoss(operations, random));
                longest = Math.max(longest, check(crashed, operations, when));
            }
            assertEquals(MESSAGES, longest);
        }
    }

    /** Gives how many operations there were when everything was queued and nothing sent. */
    private int fillAndDrain(Path live) throws Exception {
        try (AcknowledgingServer server = new AcknowledgingServer(this::beforeAcknowledgement);
                MqttClient client = builder(server.uri())
                        .persistence(PersistenceOptions.of(recordedStore(), URI.create("h2:" + live))
                                .withDurability(Durability.POWER))
                        .build()) {
            fill(client);
            int full = disk.size();
            client.connect().get(60, TimeUnit.SECONDS);
            client.publish("t", QoS.AT_LEAST_ONCE, "last").get(120, TimeUnit.SECONDS);
            return full;
        }
    }

    private static MqttClientBuilder builder(String server) {
        return MqttClient.builder().server(server).clientIdentifier("power");
    }

    /** The file system below a store is nobody's business but its own tests'; hence not by an option. */
    private static StoreProvider recordedStore() throws ReflectiveOperationException {
        Constructor<H2StoreProvider> constructor = H2StoreProvider.class.getDeclaredConstructor(String.class);
        constructor.setAccessible(true);
        return constructor.newInstance(RecordingDisk.fileSystem());
    }

    private void fill(MqttClient client) throws Exception {
        Semaphore unstored = new Semaphore(UNSTORED);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int i = 0; i < MESSAGES; i++) {
            int number = i;
            unstored.acquire();
            CompletableFuture<Void> told = client.enqueue(Message.of("t", QoS.AT_LEAST_ONCE, Integer.toString(i)));
            var unused = told.whenComplete((nothing, cause) -> {
                stored[number] = disk.size();
                failure.compareAndSet(null, cause);
                unstored.release();
            });
        }
        unstored.acquire(UNSTORED);
        assertEquals(null, failure.get());
    }

    private void beforeAcknowledgement(String payload) {
        if (!payload.equals("last")) {
            acknowledged[Integer.parseInt(payload)] = disk.size();
        }
    }

    private static Path file(Path live) throws Exception {
        try (Stream<Path> files = Files.list(live)) {
            return files.filter(file -> file.toString().endsWith(".mv.db"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Gives how many messages were found. */
    private int check(Path crashed, int operations, String when) throws Exception {
        List<Integer> found = new ArrayList<>();
        try (MqttClient client =
                builder("mqtt://127.0.0.1:1").persistence("h2:" + crashed).build()) {
            client.pendingPublications().get(60, TimeUnit.SECONDS).stream()
                    .map(publication -> publication.message().payload().text())
                    .filter(text -> !text.equals("last"))
                    .forEach(text -> found.add(Integer.valueOf(text)));
        }
        assertEquals(found.stream().sorted().distinct().toList(), found, "the order, " + when);
        List<Integer> lost = new ArrayList<>();
        for (int number = 0; number < MESSAGES; number++) {
            if (stored[number] <= operations && operations <= acknowledged[number]) {
                lost.add(number);
            }
        }
        int owed = lost.size();
        lost.removeAll(new HashSet<>(found));
        assertTrue(lost.isEmpty(), () -> "of " + owed + " messages these are lost: " + lost + ", " + when);
        return found.size();
    }
}
