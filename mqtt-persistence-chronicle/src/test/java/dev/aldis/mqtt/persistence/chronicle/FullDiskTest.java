package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A disk that is really full: {@code aldis.smallDisk} names a folder on a file system of 10 to 100 MB, which the machine has
 * to have ready. A mapped file that finds no room would end in a fault of the JVM, so nothing else shows that this cannot
 * happen.
 */
@Timeout(300)
class FullDiskTest {

    private static final String SMALL_DISK = System.getProperty("aldis.smallDisk", "");
    private static final int RECORDS_PER_BATCH = 20;
    private static final int RECORD_BYTES = 1000;

    @ParameterizedTest
    @EnumSource(Durability.class)
    void aFullDiskIsAnErrorAndTheStoreGoesOnWhenThereIsRoom(Durability durability) throws IOException {
        assumeTrue(!SMALL_DISK.isEmpty(), "no small file system: name one with -Daldis.smallDisk=FOLDER");
        Path disk = Path.of(SMALL_DISK);
        Path folder = Files.createTempDirectory(disk, "store");
        Path ballast = Files.createTempFile(disk, "ballast", "");
        long stored = 0;
        try (SessionStore store = TestStores.openSmall(folder, new SegmentFiles(), durability, TestStores::noDamage)) {
            for (int round = 0; round < 5; round++) {
                fill(ballast);
                StoreException failure = null;
                while (failure == null) {
                    CompletableFuture<Void> append = TestStores.append(store, batch(stored));
                    if (append.handle((done, thrown) -> thrown == null).join()) {
                        stored += RECORDS_PER_BATCH;
                    } else {
                        failure = TestStores.failureOf(append);
                    }
                }
                assertTrue(failure.getMessage().contains("No space left"), failure::getMessage);
                assertEquals(stored, store.scan(0, Integer.MAX_VALUE).size(), "round " + round);
                Files.write(ballast, new byte[0]);
                TestStores.apply(store, batch(stored));
                stored += RECORDS_PER_BATCH;
            }
        }
        try (SessionStore store = TestStores.open(folder)) {
            assertEquals(stored, store.scan(0, Integer.MAX_VALUE).size());
            ChangeBatch all = new ChangeBatch();
            for (long key = 0; key < stored; key++) {
                all.remove(key);
            }
            TestStores.apply(store, all);
        }
        Files.delete(ballast);
    }

    private static ChangeBatch batch(long firstKey) {
        ChangeBatch batch = new ChangeBatch();
        for (int i = 0; i < RECORDS_PER_BATCH; i++) {
            batch.put(firstKey + i, 1, ByteBuffer.allocate(RECORD_BYTES));
        }
        return batch;
    }

    /** Leaves a few hundred kilobytes. */
    private static void fill(Path ballast) throws IOException {
        long room = Files.getFileStore(ballast).getUsableSpace() - (300 << 10);
        byte[] bytes = new byte[(int) Math.max(0, room)];
        Arrays.fill(bytes, (byte) 1);
        Files.write(ballast, bytes);
    }
}
