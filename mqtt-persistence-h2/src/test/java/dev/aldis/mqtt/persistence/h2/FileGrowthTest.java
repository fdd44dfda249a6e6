package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a file grows to while messages come and go. */
@Timeout(300)
@Tag("slow")
class FileGrowthTest {

    private static final int RECORD_BYTES = 128;
    private static final int PAIRS_PER_BATCH = 500;
    private static final long MEGABYTE = 1 << 20;

    @TempDir
    Path folder;

    private long greatestSizeBytes;

    @Test
    void aMillionMessagesThatComeAndGoLeaveASmallFileBesideAnOldOne() throws IOException {
        try (SessionStore store = TestStores.open(folder)) {
            TestStores.put(store, 0, "old");
            churn(store, 1_000_000, Integer.MAX_VALUE);
            assertEquals("old", store.scan(0, 1).get(0).content().text());
        }
        assertTrue(greatestSizeBytes < 8 * MEGABYTE, () -> "greatest size " + greatestSizeBytes);
        assertTrue(size() < MEGABYTE, () -> "size when closed " + size());
    }

    /** The worst case for a store that writes in chunks: a few survivors in each of them. */
    @Test
    void survivorsThinlySpreadDoNotKeepTheSpaceOfTheOthers() throws IOException {
        long survivors;
        try (SessionStore store = TestStores.open(folder)) {
            churn(store, 500_000, 100);
            survivors = store.scan(0, Integer.MAX_VALUE).size();
        }
        assertTrue(survivors >= 5_000, () -> "survivors " + survivors);
        assertTrue(greatestSizeBytes < 32 * MEGABYTE, () -> "greatest size " + greatestSizeBytes);
    }

    @Test
    void anEmptiedQueueGivesItsSpaceBack() throws IOException {
        int records = 100_000;
        try (SessionStore store = TestStores.open(folder)) {
            ChangeBatch batch = new ChangeBatch();
            for (int key = 0; key < records; key++) {
                batch.put(key, 1, ByteBuffer.allocate(RECORD_BYTES));
            }
            TestStores.apply(store, batch);
            assertTrue(size() > 10 * MEGABYTE, () -> "size when full " + size());
            batch.clear();
            for (int key = 0; key < records; key++) {
                batch.remove(key);
            }
            TestStores.apply(store, batch);
        }
        assertTrue(size() < MEGABYTE, () -> "size when closed " + size());
    }

    /** Puts records and removes them one batch later, except each one whose key is a multiple of a number. */
    private void churn(SessionStore store, int records, int survivorEvery) {
        Semaphore window = new Semaphore(4);
        for (int start = 1; start <= records; start += PAIRS_PER_BATCH) {
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
            greatestSizeBytes = Math.max(greatestSizeBytes, size());
        }
        window.acquireUninterruptibly(4);
    }

    private long size() {
        try {
            return Files.size(folder.resolve("client.mv.db"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
