package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that cannot be read for a while is no damage: nothing is set aside for it. */
@Timeout(120)
class UnreadableDiskTest {

    private static final int RECORDS = 500;

    @TempDir
    Path folder;

    private final List<String> damage = new ArrayList<>();
    private SimulatedDisk disk;
    private int reads;

    @BeforeEach
    void startDisk() {
        disk = new SimulatedDisk();
    }

    @AfterEach
    void stopDisk() {
        disk.close();
    }

    /** For each read of an opening: it fails, once, or it and all after it. */
    @Test
    void aReadThatFailsWhileTheStoreIsOpenedSetsNothingAside() throws IOException {
        byte[] bytes = filledAndCrashed();
        int refused = 0;
        // Each of the first ones, where the head is read, and then some.
        for (int failing = 0; ; failing += failing < 40 ? 1 : 5) {
            int first = failing / 2;
            boolean once = failing % 2 == 0;
            Files.write(data(), bytes);
            reads = 0;
            damage.clear();
            disk.failWith(operation -> {
                boolean fails = operation instanceof SimulatedDisk.Read && (once ? reads == first : reads >= first);
                reads += operation instanceof SimulatedDisk.Read ? 1 : 0;
                if (fails) {
                    throw new IOException("unreadable");
                }
            });
            String when = "read " + first + (once ? "" : " and all after it");
            try (SessionStore store = open()) {
                disk.failWith(operation -> {});
                assertEquals(RECORDS, store.scan(0, Integer.MAX_VALUE).size(), when + damage);
            } catch (StoreException e) {
                refused++;
                assertTrue(e.getMessage().contains("unreadable"), e::getMessage);
                assertArrayEquals(bytes, Files.readAllBytes(data()), when);
            }
            assertEquals(List.of(), damage, when);
            disk.failWith(operation -> {});
            if (reads <= first) {
                break;
            }
        }
        assertTrue(refused > 3, "refused " + refused);
        try (SessionStore store = open()) {
            assertEquals(RECORDS, store.scan(0, Integer.MAX_VALUE).size());
        }
    }

    /** Whatever H2 and we make of a block that is not there: the head of a commit, its end, a page, a list. */
    @Test
    void aBlockThatCannotBeReadSetsNothingAside() throws IOException {
        byte[] bytes = filledAndCrashed();
        int refused = 0;
        for (int block = 0; block < bytes.length / FileHead.BLOCK_BYTES; block++) {
            for (boolean firstRead : new boolean[] {true, false}) {
                Files.write(data(), bytes);
                damage.clear();
                refused += failsToOpenWithout(block, firstRead, bytes) ? 1 : 0;
            }
        }
        assertTrue(refused > 3, "refused " + refused);
    }

    /** Without that block, or without all that is read there later than the first bytes. */
    private boolean failsToOpenWithout(int block, boolean firstRead, byte[] bytes) throws IOException {
        int[] count = {firstRead ? 1 : 0};
        disk.failWith(operation -> {
            boolean fails = operation instanceof SimulatedDisk.Read read
                    && read.position() / FileHead.BLOCK_BYTES == block
                    && count[0]++ > 0;
            if (fails) {
                throw new IOException("unreadable");
            }
        });
        String when = "block " + block + (firstRead ? "" : " but its first bytes");
        try (SessionStore store = open()) {
            disk.failWith(operation -> {});
            assertEquals(RECORDS, store.scan(0, Integer.MAX_VALUE).size(), when + damage);
            return false;
        } catch (StoreException e) {
            assertTrue(e.getMessage().contains("unreadable"), e::getMessage);
            assertArrayEquals(bytes, Files.readAllBytes(data()), when);
            return true;
        } finally {
            disk.failWith(operation -> {});
            assertEquals(List.of(), damage, when);
            assertEquals(0, disk.openFiles(), when);
        }
    }

    @Test
    void aFileThatCannotBeOpenedIsLeftAsItIs() throws IOException {
        byte[] bytes = filledAndCrashed();
        disk.failWith(operation -> {
            if (operation instanceof SimulatedDisk.Open) {
                throw new IOException("cannot be opened");
            }
        });
        StoreException refused = assertThrows(StoreException.class, () -> open().close());
        assertTrue(refused.getMessage().contains("cannot be opened"), refused::getMessage);
        assertArrayEquals(bytes, Files.readAllBytes(data()));
        assertEquals(List.of(), damage);
    }

    @Test
    void aScanThatCannotReadSaysSoAndTheNextOneWorks() throws IOException {
        filledAndCrashed();
        try (SessionStore store = open()) {
            TestStores.put(store, RECORDS, "one more");
            disk.failWith(operation -> {
                if (operation instanceof SimulatedDisk.Read) {
                    throw new IOException("unreadable");
                }
            });
            // What is in the cache may be read all the same.
            StoreException failure = null;
            for (int i = 0; i < 3 && failure == null; i++) {
                failure = failureOfScan(store);
            }
            disk.failWith(operation -> {});
            if (failure != null) {
                assertTrue(failure.getMessage().contains("unreadable"), failure::getMessage);
            }
            assertEquals(RECORDS + 1, store.scan(0, Integer.MAX_VALUE).size());
        }
    }

    private static StoreException failureOfScan(SessionStore store) {
        try {
            store.scan(0, Integer.MAX_VALUE);
            return null;
        } catch (StoreException e) {
            return e;
        }
    }

    private SessionStore open() {
        return new H2StoreProvider(disk.fileSystem()).open(TestStores.request(folder, Durability.PROCESS, damage::add));
    }

    private Path data() {
        return folder.resolve("client.mv.db");
    }

    private byte[] filledAndCrashed() throws IOException {
        byte[] bytes;
        try (SessionStore store = TestStores.open(folder)) {
            for (int part = 0; part < 10; part++) {
                ChangeBatch batch = new ChangeBatch();
                for (int key = part; key < RECORDS; key += 10) {
                    batch.put(key, 1, ByteBuffer.allocate(100));
                }
                TestStores.apply(store, batch);
            }
            bytes = Files.readAllBytes(data());
        }
        Files.write(data(), bytes);
        return bytes;
    }
}
