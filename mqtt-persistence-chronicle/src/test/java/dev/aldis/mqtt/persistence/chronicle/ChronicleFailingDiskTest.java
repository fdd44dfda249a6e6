package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.chronicle.FaultyFiles.Step;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a store does when the disk fails or is full, and when it recovers. */
@Timeout(120)
class ChronicleFailingDiskTest {

    @TempDir
    Path folder;

    private final FaultyFiles files = new FaultyFiles();

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"WRITE", "FORCE"})
    void aBatchThatCannotBeWrittenFailsAndLeavesNoTrace(Step failing) {
        try (SessionStore store = open(Durability.POWER)) {
            TestStores.put(store, 1, "before");
            files.fail(failing, "broken disk");
            StoreException failure = TestStores.failureOf(TestStores.append(store, TestStores.putting(2, "lost")));
            assertTrue(failure.getMessage().contains("client.chronicle"), failure::getMessage);
            assertTrue(failure.getMessage().contains("broken disk"), failure::getMessage);
            assertEquals(Map.of(1L, "before"), TestStores.texts(store));
            TestStores.failureOf(TestStores.append(store, TestStores.putting(1, "still broken")));
            assertEquals(Map.of(1L, "before"), TestStores.texts(store));
            files.recover();
            TestStores.put(store, 3, "after");
            assertEquals(Map.of(1L, "before", 3L, "after"), TestStores.texts(store));
        }
        assertEquals(Map.of(1L, "before", 3L, "after"), reopened());
    }

    /** The group is completely in the file when forcing it fails, so that it has to be taken back. */
    @Test
    void aCommitThatCannotBeForcedIsTakenBackAlsoAfterAClose() {
        try (SessionStore store = open(Durability.POWER)) {
            TestStores.put(store, 1, "before");
            int forced = files.count(Step.FORCE);
            files.failWith(step -> {
                if (step == Step.FORCE && files.count(Step.FORCE) == forced) {
                    files.recover();
                    throw new IOException("once");
                }
            });
            TestStores.failureOf(TestStores.append(store, TestStores.putting(1, "taken back")));
        }
        assertEquals(Map.of(1L, "before"), reopened());
    }

    @Test
    void aFullDiskFailsInOrderAndTheStoreGoesOnWhenThereIsRoom() {
        try (SessionStore store = open(Durability.PROCESS)) {
            Map<Long, String> expected = new TreeMap<>();
            files.fail(Step.RESERVE, "No space left on device");
            long key = 0;
            CompletableFuture<Void> append = CompletableFuture.completedFuture(null);
            while (!append.isCompletedExceptionally()) {
                append = TestStores.append(store, TestStores.putting(key, "x".repeat(1000)));
                if (append.handle((done, failure) -> failure == null).join()) {
                    expected.put(key++, "x".repeat(1000));
                }
            }
            assertTrue(key > 10, "what had been reserved could be used");
            assertTrue(TestStores.failureOf(append).getMessage().contains("No space left"));
            assertEquals(expected, TestStores.texts(store));
            TestStores.failureOf(TestStores.append(store, TestStores.removing(0)));
            assertEquals(expected, TestStores.texts(store));
            files.recover();
            TestStores.put(store, key, "after");
            expected.put(key, "after");
            assertEquals(expected, TestStores.texts(store));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"CREATE", "RESERVE"})
    void aStoreThatCannotBeMadeLeavesNothingLocked(Step failing) {
        files.fail(failing, "No space left on device");
        StoreException failure = assertThrows(
                StoreException.class, () -> open(Durability.PROCESS).close());
        assertTrue(failure.getMessage().contains("No space left"), failure::getMessage);
        files.recover();
        try (SessionStore store = open(Durability.PROCESS)) {
            TestStores.put(store, 1, "works now");
        }
        assertEquals(Map.of(1L, "works now"), reopened());
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"OPEN", "READ"})
    void whatCannotBeReadAtOpeningIsAnErrorAndNoReasonToThrowAnythingAway(Step failing) {
        try (SessionStore store = open(Durability.PROCESS)) {
            TestStores.put(store, 1, "kept");
        }
        files.fail(failing, "broken disk");
        StoreException failure = assertThrows(
                StoreException.class, () -> open(Durability.PROCESS).close());
        assertTrue(failure.getMessage().contains("broken disk"), failure::getMessage);
        files.recover();
        assertEquals(Map.of(1L, "kept"), reopened());
    }

    @Test
    void aScanThatCannotReadFailsAndTheNextOneWorks() {
        try (SessionStore store = open(Durability.PROCESS)) {
            TestStores.put(store, 1, "kept");
            files.fail(Step.READ, "broken disk");
            StoreException failure = assertThrows(StoreException.class, () -> store.scan(0, 10));
            assertTrue(failure.getMessage().contains("broken disk"), failure::getMessage);
            files.recover();
            assertEquals(Map.of(1L, "kept"), TestStores.texts(store));
            TestStores.put(store, 2, "after");
        }
        assertEquals(Map.of(1L, "kept", 2L, "after"), reopened());
    }

    @Test
    void aCloseThatCannotForceSaysSoAndWhatWasStoredIsFound() {
        SessionStore store = open(Durability.PROCESS);
        TestStores.put(store, 1, "kept");
        files.fail(Step.FORCE, "broken disk");
        StoreException failure = assertThrows(StoreException.class, store::close);
        assertTrue(failure.getMessage().contains("broken disk"), failure::getMessage);
        store.close();
        files.recover();
        assertEquals(Map.of(1L, "kept"), reopened());
    }

    @Test
    void whatCannotBeDeletedDoesNoHarm() {
        files.fail(Step.DELETE, "busy");
        try (SessionStore store = open(Durability.PROCESS)) {
            TestStores.put(store, 0, "old");
            for (long key = 1; key < 2000; key++) {
                TestStores.put(store, key, "x".repeat(500));
                TestStores.apply(store, TestStores.removing(key));
            }
        }
        files.recover();
        assertEquals(Map.of(0L, "old"), reopened());
    }

    @Test
    void everyCompletedBatchHasBeenForcedToTheDiskAtPower() {
        try (SessionStore store = open(Durability.POWER)) {
            TestStores.put(store, 0, "first");
            for (int i = 1; i <= 20; i++) {
                int before = files.count(Step.FORCE);
                TestStores.put(store, i, "record");
                assertEquals(before + 1, files.count(Step.FORCE));
            }
        }
    }

    @Test
    void noBatchWaitsForTheDiskAtProcess() {
        try (SessionStore store = open(Durability.PROCESS)) {
            files.fail(Step.FORCE, "not to be called");
            List<CompletableFuture<Void>> appends = new ArrayList<>();
            for (int i = 1; i <= 200; i++) {
                appends.add(TestStores.append(store, TestStores.putting(i % 10, "record")));
            }
            appends.forEach(CompletableFuture::join);
            files.recover();
        }
    }

    @Test
    void whatHasQueuedUpBecomesOneCommit() {
        try (SessionStore store = open(Durability.POWER)) {
            CompletableFuture<Void> all = new CompletableFuture<>();
            TestStores.put(store, 0, "opens the file");
            int before = files.count(Step.FORCE);
            // While the store's thread is in this completion, the others queue up.
            store.append(TestStores.putting(0, "first"), TestStores.stored(() -> {
                for (int i = 1; i <= 100; i++) {
                    boolean last = i == 100;
                    store.append(TestStores.putting(i, "record"), TestStores.stored(() -> {
                        if (last) {
                            all.complete(null);
                        }
                    }));
                }
            }));
            all.join();
            assertEquals(2, files.count(Step.FORCE) - before, "one for the first batch and one for the hundred");
            assertEquals(101, TestStores.texts(store).size());
        }
    }

    /** Whatever fails whenever: what was reported as stored is there, what was reported as failed is not. */
    @ParameterizedTest
    @EnumSource(Durability.class)
    void whateverFailsTheReportsAreTrue(Durability durability) {
        long seed = Long.getLong("aldis.seed", System.nanoTime());
        Random random = new Random(seed);
        String when = "seed " + seed + " (replay with -Daldis.seed=" + seed + ")";
        Map<Long, String> expected = new TreeMap<>();
        for (int round = 0; round < 6; round++) {
            files.recover();
            try (SessionStore store = open(durability)) {
                assertEquals(expected, TestStores.texts(store), when);
                files.failWith(step -> {
                    if (step != Step.DELETE && random.nextInt(40) == 0) {
                        throw new IOException("random fault at " + step);
                    }
                });
                for (int i = 0; i < 60; i++) {
                    change(store, random, expected);
                }
                files.recover();
                assertEquals(expected, TestStores.texts(store), when);
            }
        }
        files.recover();
        assertEquals(expected, reopened(), when);
    }

    private static void change(SessionStore store, Random random, Map<Long, String> expected) {
        ChangeBatch batch = new ChangeBatch();
        Map<Long, String> next = new TreeMap<>(expected);
        for (int i = random.nextInt(20); i >= 0; i--) {
            long key = random.nextInt(100);
            if (random.nextInt(3) == 0) {
                batch.remove(key);
                next.remove(key);
            } else {
                String text = "x".repeat(random.nextInt(random.nextInt(20) == 0 ? 200_000 : 300));
                batch.put(key, 1, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
                next.put(key, text);
            }
        }
        boolean stored = TestStores.append(store, batch)
                .handle((done, failure) -> failure == null)
                .join();
        if (stored) {
            expected.clear();
            expected.putAll(next);
        }
    }

    private SessionStore open(Durability durability) {
        return TestStores.openSmall(folder, files, durability, TestStores::noDamage);
    }

    private Map<Long, String> reopened() {
        List<String> damage = new ArrayList<>();
        try (SessionStore store = TestStores.openSmall(folder, new SegmentFiles(), Durability.PROCESS, damage::add)) {
            assertEquals(List.of(), damage);
            return TestStores.texts(store);
        }
    }
}
