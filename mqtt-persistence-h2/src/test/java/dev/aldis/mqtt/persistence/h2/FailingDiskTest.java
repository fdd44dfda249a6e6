package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.h2.SimulatedDisk.Force;
import dev.aldis.mqtt.persistence.h2.SimulatedDisk.Write;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a store does when the disk fails, and when it recovers. */
@Timeout(120)
class FailingDiskTest {

    private static final SimulatedDisk.Fault NONE = operation -> {};

    @TempDir
    Path folder;

    private SimulatedDisk disk;

    @BeforeEach
    void startDisk() {
        disk = new SimulatedDisk();
    }

    @AfterEach
    void stopDisk() {
        disk.close();
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void aBatchThatCannotBeWrittenFailsAndLeavesNoTrace(Durability durability) {
        try (SessionStore store = TestStores.open(folder, disk, durability)) {
            TestStores.put(store, 1, "before");
            disk.failWith(onWrite("broken disk"));
            StoreException failure = TestStores.failureOf(TestStores.append(store, TestStores.putting(2, "lost")));
            assertTrue(failure.getMessage().contains("client.mv.db"), failure::getMessage);
            assertTrue(failure.getMessage().contains("broken disk"), failure::getMessage);
            assertEquals(Map.of(1L, "before"), TestStores.texts(store));
            disk.failWith(NONE);
            TestStores.put(store, 3, "after");
            assertEquals(Map.of(1L, "before", 3L, "after"), TestStores.texts(store));
        }
        assertEquals(Map.of(1L, "before", 3L, "after"), reopened());
    }

    /** The head is written last: the changes are in the file when that fails, and have to be taken back. */
    @Test
    void aCommitThatFailsInItsLastStepIsTakenBack() {
        try (SessionStore store = TestStores.open(folder, disk, Durability.PROCESS)) {
            ChangeBatch both = TestStores.putting(1, "one");
            both.put(2, 1, ByteBuffer.wrap(new byte[] {'2'}));
            TestStores.apply(store, both);
            makeSpaceThatIsUsedAgain(store);
            disk.failWith(operation -> {
                if (operation instanceof Write write && write.position() == 0) {
                    throw new IOException("broken head");
                }
            });
            ChangeBatch changes = TestStores.putting(1, "lost");
            changes.remove(2);
            changes.put(3, 1, ByteBuffer.wrap(new byte[] {'3'}));
            TestStores.failureOf(TestStores.append(store, changes));
            disk.failWith(NONE);
            assertEquals(Map.of(1L, "one", 2L, "2"), TestStores.texts(store));
        }
        assertEquals(Map.of(1L, "one", 2L, "2"), reopened());
    }

    @Test
    void aCommitThatCannotBeForcedToTheDiskIsTakenBack() {
        try (SessionStore store = TestStores.open(folder, disk, Durability.POWER)) {
            TestStores.put(store, 1, "before");
            disk.failWith(operation -> {
                if (operation instanceof Force) {
                    throw new IOException("cannot be forced");
                }
            });
            TestStores.failureOf(TestStores.append(store, TestStores.putting(1, "lost")));
            TestStores.failureOf(TestStores.append(store, TestStores.putting(2, "lost as well")));
            assertThrows(StoreException.class, () -> store.scan(0, 10), "what is not known to be stored is not shown");
            disk.failWith(NONE);
            assertEquals(Map.of(1L, "before"), TestStores.texts(store));
            TestStores.put(store, 3, "after");
        }
        assertEquals(Map.of(1L, "before", 3L, "after"), reopened());
    }

    @Test
    void aFullDiskFailsAppendsUntilThereIsSpaceAgain() {
        try (SessionStore store = TestStores.open(folder, disk, Durability.PROCESS)) {
            TestStores.put(store, 0, "kept");
            disk.failWith(operation -> {
                if (operation instanceof Write write
                        && write.position() + write.bytes().capacity() > 1 << 20) {
                    throw new IOException("No space left on device");
                }
            });
            int stored = 0;
            CompletableFuture<Void> append = CompletableFuture.completedFuture(null);
            while (!append.isCompletedExceptionally() && stored < 1000) {
                stored++;
                append = settled(TestStores.append(store, sized(stored, 10_000)));
            }
            assertTrue(TestStores.failureOf(append).getMessage().contains("No space left on device"));
            assertEquals(stored, TestStores.texts(store).size(), "all but the last of them, and the first record");
            disk.failWith(NONE);
            TestStores.apply(store, sized(stored, 10_000));
            assertEquals(stored + 1, TestStores.texts(store).size());
        }
    }

    @Test
    void whatWasAppendedBehindABatchThatFailsFailsAsWell() {
        List<String> ends = new ArrayList<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        try (SessionStore store = TestStores.open(folder, disk, Durability.PROCESS)) {
            // On the store's thread, so that all of them wait when the first one fails.
            store.append(TestStores.putting(1, "stored"), TestStores.stored(() -> {
                disk.failWith(onFirstWrite());
                for (int i = 0; i < 5; i++) {
                    int number = i;
                    store.append(
                            i == 0 ? sized(2, 20 << 20) : TestStores.putting(2 + i, "behind"),
                            noting(ends, number, done));
                }
            }));
            done.join();
            assertEquals(List.of("failed 0", "failed 1", "failed 2", "failed 3", "failed 4"), ends);
            assertEquals(Map.of(1L, "stored"), TestStores.texts(store));
            TestStores.put(store, 2, "goes on");
        }
        assertEquals(Map.of(1L, "stored", 2L, "goes on"), reopened());
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    @Tag("slow")
    void whatIsStoredIsWhatWasReportedWhateverFails(Durability durability) {
        long seed = Long.getLong("aldis.seed", System.nanoTime());
        Random random = new Random(seed);
        Random faults = new Random(seed + 1);
        Map<Long, String> expected = new TreeMap<>();
        try (SessionStore store = TestStores.open(folder, disk, durability)) {
            disk.failWith(operation -> {
                if (faults.nextInt(10) == 0) {
                    throw new IOException("now and then");
                }
            });
            for (int i = 0; i < 500; i++) {
                Map<Long, String> next = new TreeMap<>(expected);
                ChangeBatch batch = change(next, random, "value " + i);
                if (!settled(TestStores.append(store, batch)).isCompletedExceptionally()) {
                    expected = next;
                }
            }
            disk.failWith(NONE);
            assertEquals(
                    expected, TestStores.texts(store), "seed " + seed + " (replay with -Daldis.seed=" + seed + ")");
        }
        assertEquals(expected, reopened(), "seed " + seed + " (replay with -Daldis.seed=" + seed + ")");
    }

    @Test
    void aStoreThatCannotBeClosedInOrderSaysSoAndKeepsEverything() {
        SessionStore store = TestStores.open(folder, disk, Durability.PROCESS);
        TestStores.put(store, 1, "kept");
        disk.failWith(onWrite("broken disk"));
        StoreException failure = assertThrows(StoreException.class, store::close);
        assertTrue(failure.getMessage().contains("broken disk"), failure::getMessage);
        store.close();
        disk.failWith(NONE);
        assertEquals(Map.of(1L, "kept"), reopened());
    }

    @Test
    void anInterruptOfTheStoresThreadDoesNoHarm() {
        try (SessionStore store = TestStores.open(folder, disk, Durability.PROCESS)) {
            for (int i = 0; i < 100; i++) {
                int number = i;
                CompletableFuture<Void> done = new CompletableFuture<>();
                store.append(TestStores.putting(number % 10, "value " + number), TestStores.stored(() -> {
                    Thread.currentThread().interrupt();
                    done.complete(null);
                }));
                done.join();
            }
            assertEquals(10, TestStores.texts(store).size());
        }
        assertEquals(10, reopened().size());
    }

    @Test
    void anInterruptOfTheReaderDoesNoHarm() {
        try (SessionStore store = TestStores.open(folder, disk, Durability.PROCESS)) {
            TestStores.put(store, 1, "kept");
            Thread.currentThread().interrupt();
            assertEquals(1, store.scan(0, 10).size());
            assertTrue(Thread.interrupted(), "the interrupt is still there for the reader's own business");
            TestStores.put(store, 2, "goes on");
            assertEquals(2, store.scan(0, 10).size());
        }
    }

    /** So that the next commits lie before the end of the file, and the head is written for each. */
    private static void makeSpaceThatIsUsedAgain(SessionStore store) {
        for (int i = 0; i < 10; i++) {
            TestStores.apply(store, sized(99, 50_000));
        }
        ChangeBatch removal = new ChangeBatch();
        removal.remove(99);
        TestStores.apply(store, removal);
        TestStores.apply(store, removal);
    }

    private Map<Long, String> reopened() {
        try (SessionStore store = TestStores.open(folder)) {
            return TestStores.texts(store);
        }
    }

    private static CompletableFuture<Void> settled(CompletableFuture<Void> append) {
        append.exceptionally(failure -> null).join();
        return append;
    }

    private static AppendCompletion noting(List<String> ends, int number, CompletableFuture<Void> done) {
        return new AppendCompletion() {
            @Override
            public void appended() {
                note("stored");
            }

            @Override
            public void failed(StoreException cause) {
                note("failed");
            }

            private void note(String end) {
                ends.add(end + " " + number);
                if (ends.size() == 5) {
                    done.complete(null);
                }
            }
        };
    }

    private static ChangeBatch sized(long key, int lengthBytes) {
        ChangeBatch batch = new ChangeBatch();
        batch.put(key, 1, ByteBuffer.allocate(lengthBytes));
        return batch;
    }

    private static ChangeBatch change(Map<Long, String> state, Random random, String text) {
        ChangeBatch batch = new ChangeBatch();
        for (int i = random.nextInt(10); i >= 0; i--) {
            long key = random.nextInt(100);
            if (random.nextBoolean()) {
                batch.remove(key);
                state.remove(key);
            } else {
                batch.put(key, 1, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
                state.put(key, text);
            }
        }
        return batch;
    }

    private static SimulatedDisk.Fault onWrite(String message) {
        return operation -> {
            if (operation instanceof Write) {
                throw new IOException(message);
            }
        };
    }

    private SimulatedDisk.Fault onFirstWrite() {
        return operation -> {
            if (operation instanceof Write) {
                disk.failWith(NONE);
                throw new IOException("broken once");
            }
        };
    }
}
