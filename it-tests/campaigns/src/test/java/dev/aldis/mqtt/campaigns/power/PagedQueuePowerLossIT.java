package dev.aldis.mqtt.campaigns.power;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.PersistenceOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.persistence.chronicle.RecordedSegments;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A queue that is longer than what memory holds, at {@code POWER}: it fills, and drains to a server. The files that a loss of
 * power at many moments would have left are built, and a client opened on each: what it was told to be stored, and what the
 * server had not yet acknowledged, must be in the queue, in order. {@code -Daldis.powerLosses=200} tries more.
 */
@Timeout(600)
class PagedQueuePowerLossIT {

    private static final int LOSSES = Integer.getInteger("aldis.powerLosses", 8);

    /** Memory holds 4,096 of them. */
    private static final int MESSAGES = 7_000;

    private static final String CLIENT = "power";
    private static final int UNSTORED = 500;
    private static final int NEVER = Integer.MAX_VALUE;

    @TempDir
    Path folder;

    /** How many operations the disk had done when a message was called stored, and before it was acknowledged. */
    private final int[] stored = new int[MESSAGES];

    private final int[] acknowledged = new int[MESSAGES];

    @Test
    void aLossOfPowerCostsNothingOfALongQueueInH2() throws Exception {
        Path live = Files.createDirectory(folder.resolve("live"));
        try (RecordedStore disk = new RecordingDisk()) {
            assertNothingIsLost(disk, live);
        }
    }

    @Test
    void aLossOfPowerCostsNothingOfALongQueueInChronicle() throws Exception {
        Path live = Files.createDirectory(folder.resolve("live"));
        try (RecordedStore disk = new RecordedSegments(live, CLIENT)) {
            assertNothingIsLost(disk, live);
        }
    }

    private void assertNothingIsLost(RecordedStore disk, Path live) throws Exception {
        Arrays.fill(stored, NEVER);
        Arrays.fill(acknowledged, NEVER);
        long seed = Long.getLong("aldis.seed", System.nanoTime());
        Random random = new Random(seed);
        int full = fillAndDrain(disk, live);
        int longest = 0;
        for (int i = 0; i <= LOSSES; i++) {
            int operations = i == 0 ? full : random.nextInt(disk.size() + 1);
            String when = "loss " + i + " after " + operations + " of " + disk.size() + " operations of seed " + seed
                    + " (replay with -Daldis.seed=" + seed + ")";
            Path crashed = Files.createDirectory(folder.resolve("crashed" + i));
            disk.afterPowerLoss(operations, crashed, random);
            longest = Math.max(longest, check(disk.scheme() + ":" + crashed, operations, when));
        }
        assertEquals(MESSAGES, longest);
    }

    /** Gives how many operations there were when everything was queued and nothing sent. */
    private int fillAndDrain(RecordedStore disk, Path live) throws Exception {
        PersistenceOptions persistence = PersistenceOptions.of(disk.provider(), URI.create(disk.scheme() + ":" + live));
        try (AcknowledgingServer server = new AcknowledgingServer(payload -> beforeAcknowledgement(payload, disk));
                MqttClient client = builder(server.uri())
                        .persistence(persistence.withDurability(Durability.POWER))
                        .build()) {
            fill(client, disk);
            int full = disk.size();
            client.connect().get(60, TimeUnit.SECONDS);
            client.publish("t", QoS.AT_LEAST_ONCE, "last").get(120, TimeUnit.SECONDS);
            return full;
        }
    }

    private static MqttClientBuilder builder(String server) {
        return MqttClient.builder().server(server).clientIdentifier(CLIENT);
    }

    private void fill(MqttClient client, RecordedStore disk) throws Exception {
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

    private void beforeAcknowledgement(String payload, RecordedStore disk) {
        if (!payload.equals("last")) {
            acknowledged[Integer.parseInt(payload)] = disk.size();
        }
    }

    /** Gives how many messages were found. */
    private int check(String crashed, int operations, String when) throws Exception {
        List<Integer> found = new ArrayList<>();
        try (MqttClient client =
                builder("mqtt://127.0.0.1:1").persistence(crashed).build()) {
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
