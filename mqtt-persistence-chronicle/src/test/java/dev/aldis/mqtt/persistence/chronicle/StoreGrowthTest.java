package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a store uses of the disk while messages come and go. {@code aldis.growthMessages} says how many messages leave
 * survivors behind; 200,000 by default.
 */
@Timeout(600)
class StoreGrowthTest {

    private static final int MESSAGES = Integer.getInteger("aldis.growthMessages", 200_000);
    private static final int MESSAGES_BESIDE_AN_OLD_ONE = 1_000_000;
    private static final int RECORD_BYTES = 128;
    private static final int PAIRS_PER_BATCH = 500;
    private static final int BATCHES_BETWEEN_LOOKS = 20;
    private static final long MEGABYTE = 1 << 20;

    @TempDir
    Path folder;

    private long greatestBytes;

    @Test
    void anOldMessageBesideAMillionThatComeAndGoDoesNotKeepTheirSpace() throws IOException {
        try (SessionStore store = TestStores.open(folder)) {
            TestStores.put(store, 0, "old");
            churn(store, MESSAGES_BESIDE_AN_OLD_ONE, Integer.MAX_VALUE);
            assertEquals("old", store.scan(0, 1).get(0).content().text());
        }
        assertTrue(greatestBytes < 32 * MEGABYTE, () -> "greatest use " + greatestBytes);
        assertTrue(TestStores.segmentBytes(folder) < 12 * MEGABYTE, "use when closed");
        try (SessionStore store = TestStores.open(folder)) {
            assertEquals("old", store.scan(0, 1).get(0).content().text());
        }
    }

    /** Chronicle's files are sparse: what counts on a small device is what they take of the disk, which {@code du} says. */
    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aSmallStoreTakesLittleOfTheDisk() throws IOException, InterruptedException {
        try (SessionStore store = TestStores.open(folder)) {
            TestStores.put(store, 1, "a small message");
            long bytes = usedBytes();
            assertTrue(bytes > 0 && bytes <= 128 << 10, () -> "use of an open store " + bytes);
        }
        long bytes = usedBytes();
        assertTrue(bytes > 0 && bytes <= 192 << 10, () -> "use of a closed store " + bytes);
    }

    private long usedBytes() throws IOException, InterruptedException {
        Process du = new ProcessBuilder("du", "-sk", folder.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, du.waitFor(), output);
        return Long.parseLong(output.split("\\s+", 2)[0]) << 10;
    }

    /** The worst case for a store that writes one file after the other: a few survivors in each. */
    @Test
    void survivorsThinlySpreadDoNotKeepTheSpaceOfTheOthers() throws IOException {
        int survivors = MESSAGES / 100;
        try (SessionStore store = TestStores.open(folder)) {
            churn(store, MESSAGES, 100);
            assertTrue(store.scan(0, Integer.MAX_VALUE).size() >= survivors);
        }
        long limit = 32 * MEGABYTE + 4L * survivors * RECORD_BYTES;
        assertTrue(greatestBytes < limit, () -> "greatest use " + greatestBytes);
        try (SessionStore store = TestStores.open(folder)) {
            assertTrue(store.scan(0, Integer.MAX_VALUE).size() >= survivors);
        }
    }

    /**
     * Found by fuzzing: what stood behind a record that was read while its segment was being written was taken for damage, and
     * from then on nothing was made smaller.
     */
    @Test
    void aRecordThatWasWrittenBehindOneThatWasReadIsCarriedForward() throws IOException {
        try (SessionStore store =
                TestStores.openSmall(folder, new SegmentFiles(), Durability.PROCESS, TestStores::noDamage)) {
            TestStores.put(store, 1, "one");
            assertEquals(Map.of(1L, "one"), TestStores.texts(store));
            TestStores.put(store, 2, "two");
            Path first = TestStores.segments(folder).get(0);
            for (int i = 0; i < 100; i++) {
                TestStores.put(store, 3, "x".repeat(TestStores.SEGMENT_BYTES / 4));
            }
            assertTrue(Files.notExists(first), "The first segment is still there");
            assertEquals(
                    List.of(1L, 2L, 3L), List.copyOf(TestStores.texts(store).keySet()));
        }
    }

    @Test
    void anEmptiedStoreLeavesNothingOnTheDisk() throws IOException {
        int records = 50_000;
        try (SessionStore store = TestStores.open(folder)) {
            ChangeBatch batch = new ChangeBatch();
            for (int key = 0; key < records; key++) {
                batch.put(key, 1, ByteBuffer.allocate(RECORD_BYTES));
            }
            TestStores.apply(store, batch);
            assertTrue(TestStores.segmentBytes(folder) > 5 * MEGABYTE);
            batch.clear();
            for (int key = 0; key < records; key++) {
                batch.remove(key);
            }
            TestStores.apply(store, batch);
        }
        assertFalse(Files.exists(folder.resolve("client.chronicle")));
    }

    @Test
    void openingAndClosingAgainAndAgainDoesNotAddUp() throws IOException {
        for (int round = 0; round < 30; round++) {
            try (SessionStore store =
                    TestStores.openSmall(folder, new SegmentFiles(), Durability.PROCESS, TestStores::noDamage)) {
                TestStores.put(store, round % 3, "round " + round);
            }
        }
        assertTrue(TestStores.segments(folder).size() < 10, () -> "files of 30 openings");
        try (SessionStore store = TestStores.open(folder)) {
            assertEquals(Map.of(0L, "round 27", 1L, "round 28", 2L, "round 29"), TestStores.texts(store));
        }
    }

    @Test
    void aLookWithoutAChangeLeavesTheFilesAsTheyWere() throws IOException {
        try (SessionStore store = TestStores.open(folder)) {
            TestStores.put(store, 1, "kept");
        }
        List<Path> before = TestStores.segments(folder);
        for (int round = 0; round < 3; round++) {
            try (SessionStore store = TestStores.open(folder)) {
                assertEquals("kept", store.scan(0, 1).get(0).content().text());
            }
        }
        assertEquals(before, TestStores.segments(folder));
    }

    /** Puts records and removes them one batch later, except each one whose key is a multiple of a number. */
    private void churn(SessionStore store, int messages, int survivorEvery) throws IOException {
        Semaphore window = new Semaphore(4);
        int batches = 0;
        for (int start = 1; start <= messages; start += PAIRS_PER_BATCH) {
            ChangeBatch batch = new ChangeBatch();
            for (int key = start; key < start + PAIRS_PER_BATCH; key++) {
                batch.put(key, 1, ByteBuffer.allocate(RECORD_BYTES));
                int old = key - PAIRS_PER_BATCH;
                if (old > 0 && old % survivorEvery != 0) {
                    batch.remove(old);
                }
            }
            window.acquireUninterruptibly();
            store.append(batch, TestStores.stored(window::release));
            if (++batches % BATCHES_BETWEEN_LOOKS == 0) {
                greatestBytes = Math.max(greatestBytes, TestStores.segmentBytes(folder));
            }
        }
        window.acquireUninterruptibly(4);
    }
}
