package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.h2.SimulatedDisk.Force;
import dev.aldis.mqtt.persistence.h2.SimulatedDisk.Write;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class H2SessionStoreTest {

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

    @Test
    void everyCompletedBatchHasBeenForcedToTheDiskAtPower() throws IOException {
        try (SessionStore store = TestStores.open(folder, disk, Durability.POWER)) {
            disk.remember(data());
            for (int i = 1; i <= 20; i++) {
                TestStores.put(store, i, "record");
                assertTrue(disk.lastIs(Force.class), "nothing is written behind the last force");
                assertEquals(i, disk.count(Force.class));
            }
        }
    }

    @Test
    void noBatchWaitsForTheDiskAtProcess() throws IOException {
        try (SessionStore store = TestStores.open(folder, disk, Durability.PROCESS)) {
            disk.remember(data());
            CompletableFuture<Void> all = new CompletableFuture<>();
            appendOneByOne(store, 200, all);
            all.join();
        }
    }

    /** On the store's thread, which forces what there is as soon as it has nothing to do for a second. */
    private void appendOneByOne(SessionStore store, int left, CompletableFuture<Void> all) {
        store.append(TestStores.putting(left % 10, "record"), TestStores.stored(() -> {
            try {
                assertTrue(disk.lastIs(Write.class), "what is complete has been handed to the operating system");
                if (left > 1) {
                    appendOneByOne(store, left - 1, all);
                } else {
                    assertEquals(0, disk.count(Force.class));
                    all.complete(null);
                }
            } catch (AssertionError e) {
                all.completeExceptionally(e);
            }
        }));
    }

    @Test
    void whatHasQueuedUpBecomesOneCommit() throws IOException {
        try (SessionStore store = TestStores.open(folder, disk, Durability.POWER)) {
            disk.remember(data());
            CompletableFuture<Void> all = new CompletableFuture<>();
            List<Integer> order = new ArrayList<>();
            // While the store's thread is in this completion, the others queue up.
            store.append(TestStores.putting(0, "first"), TestStores.stored(() -> {
                for (int i = 1; i <= 100; i++) {
                    int number = i;
                    store.append(TestStores.putting(number, "record"), TestStores.stored(() -> {
                        order.add(number);
                        if (number == 100) {
                            all.complete(null);
                        }
                    }));
                }
            }));
            all.join();
            assertEquals(2, disk.count(Force.class), "one for the first batch and one for the hundred");
            assertEquals(101, TestStores.texts(store).size());
            assertEquals(IntStream.rangeClosed(1, 100).boxed().toList(), order);
        }
    }

    @Test
    void anAppendDoesNotWaitForASlowDisk() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        try (SessionStore store = TestStores.open(folder, disk, Durability.PROCESS)) {
            disk.failWith(operation -> {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            });
            List<CompletableFuture<Void>> appends = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                appends.add(TestStores.append(store, TestStores.putting(i, "record")));
            }
            assertTrue(appends.stream().noneMatch(CompletableFuture::isDone));
            release.countDown();
            appends.forEach(CompletableFuture::join);
        }
    }

    @Test
    void aCompletionThatFailsDoesNotStopTheStore() {
        try (SessionStore store = TestStores.open(folder)) {
            store.append(TestStores.putting(1, "record"), TestStores.stored(() -> {
                throw new IllegalStateException("completion");
            }));
            TestStores.put(store, 2, "record");
            assertEquals(2, TestStores.texts(store).size());
        }
    }

    @Test
    void aCompletionMayScan() {
        try (SessionStore store = TestStores.open(folder)) {
            CompletableFuture<Integer> seen = new CompletableFuture<>();
            store.append(
                    TestStores.putting(1, "record"),
                    TestStores.stored(() -> seen.complete(store.scan(0, 10).size())));
            assertEquals(1, seen.join());
        }
    }

    @Test
    void aCompletionThatClosesIsToldNotTo() {
        SessionStore store = TestStores.open(folder);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        store.append(TestStores.putting(1, "record"), TestStores.stored(() -> {
            thrown.set(assertThrows(IllegalStateException.class, store::close));
            done.complete(null);
        }));
        done.join();
        assertTrue(
                thrown.get().getMessage().contains("another thread"),
                () -> thrown.get().getMessage());
        TestStores.put(store, 2, "still open");
        store.close();
    }

    @Test
    void theMessageOfAClosedStoreNamesIt() {
        SessionStore store = TestStores.open(folder);
        store.close();
        StoreException failure = TestStores.failureOf(TestStores.append(store, new ChangeBatch()));
        assertTrue(failure.getMessage().contains(data().toString()), failure::getMessage);
        assertTrue(failure.getMessage().contains("closed"), failure::getMessage);
    }

    @Test
    void theStoresThreadKeepsNoProcessAlive() {
        try (SessionStore store = TestStores.open(folder)) {
            TestStores.put(store, 1, "record");
            List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("aldis-mqtt-h2"))
                    .toList();
            assertEquals(1, threads.size());
            assertTrue(threads.get(0).isDaemon());
        }
    }

    private Path data() {
        return folder.resolve("client.mv.db");
    }
}
