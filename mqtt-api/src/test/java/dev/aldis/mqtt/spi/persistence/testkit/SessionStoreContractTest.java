package dev.aldis.mqtt.spi.persistence.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The contract of {@link SessionStore} and {@link dev.aldis.mqtt.spi.persistence.StoreProvider} as tests that every store
 * has to pass. Extend it, say which provider to test and where its stores may lie, and change nothing else.
 *
 * <p>To follow a random test again, give back the seed that it prints: {@code -Daldis.seed=...}. The system property
 * {@code aldis.crashCycles} says how often the process of a crash test is killed; 5 times by default.
 */
@Timeout(120)
public abstract class SessionStoreContractTest extends StoreCrashContract {

    private static final int MEGABYTE = 1 << 20;

    /** For subclasses. */
    protected SessionStoreContractTest() {}

    @Test
    void aNewStoreIsEmpty() {
        try (SessionStore store = open()) {
            assertEquals(List.of(), store.scan(0, 10));
        }
    }

    @Test
    void aRecordKeepsItsKeyItsKindAndItsBytes() {
        byte[] everyByte = new byte[256];
        for (int i = 0; i < everyByte.length; i++) {
            everyByte[i] = (byte) i;
        }
        ChangeBatch batch = new ChangeBatch();
        batch.put(42, 0, ByteBuffer.wrap(everyByte));
        batch.put(43, 255, ByteBuffer.wrap(everyByte, 100, 3));
        try (SessionStore store = open()) {
            apply(store, batch);
            assertEquals(
                    List.of(
                            new StoredRecord(42, 0, Payload.copyOf(everyByte)),
                            new StoredRecord(43, 255, Payload.copyOf(new byte[] {100, 101, 102}))),
                    store.scan(0, 10));
        }
    }

    @Test
    void recordsComeInTheOrderOfTheirKeys() {
        ChangeBatch batch = new ChangeBatch();
        for (long key : new long[] {5, Long.MAX_VALUE, 1L << 40, 0, 256, 255, 1L << 32, Integer.MAX_VALUE}) {
            batch.put(key, 1, bytes(String.valueOf(key)));
        }
        try (SessionStore store = open()) {
            apply(store, batch);
            List<Long> keys = store.scan(0, 100).stream().map(StoredRecord::key).toList();
            assertEquals(List.of(0L, 5L, 255L, 256L, 2147483647L, 1L << 32, 1L << 40, Long.MAX_VALUE), keys);
        }
    }

    @Test
    void aLaterBatchReplacesAndRemoves() {
        try (SessionStore store = open()) {
            put(store, 1, "first");
            put(store, 2, "second");
            put(store, 1, "again");
            ChangeBatch batch = new ChangeBatch();
            batch.remove(2);
            apply(store, batch);
            assertEquals(List.of(record(1, "again")), all(store));
        }
    }

    @Test
    void aLaterChangeOfTheSameKeyWinsWithinABatch() {
        ChangeBatch batch = new ChangeBatch();
        batch.put(1, 1, bytes("replaced"));
        batch.put(1, 1, bytes("kept"));
        batch.put(2, 1, bytes("removed"));
        batch.remove(2);
        batch.remove(3);
        batch.put(3, 1, bytes("put after its removal"));
        try (SessionStore store = open()) {
            put(store, 3, "from before");
            apply(store, batch);
            assertEquals(List.of(record(1, "kept"), record(3, "put after its removal")), all(store));
        }
    }

    @Test
    void theRemovalOfAKeyWithoutRecordIsNoError() {
        ChangeBatch batch = new ChangeBatch();
        batch.remove(7);
        batch.remove(Long.MAX_VALUE);
        try (SessionStore store = open()) {
            apply(store, batch);
            assertEquals(List.of(), all(store));
        }
    }

    @Test
    void anEmptyBatchAndAnEmptyRecordAreAllowed() {
        try (SessionStore store = open()) {
            apply(store, new ChangeBatch());
            put(store, 1, "");
            apply(store, new ChangeBatch());
        }
        try (SessionStore store = open()) {
            assertEquals(List.of(record(1, "")), all(store));
        }
    }

    @Test
    void recordsMayBeLargerThanAMegabyte() {
        Random random = new Random(1);
        List<StoredRecord> expected = new ArrayList<>();
        ChangeBatch batch = new ChangeBatch();
        for (int sizeBytes : new int[] {MEGABYTE - 1, MEGABYTE, MEGABYTE + 1, 5 * MEGABYTE}) {
            byte[] record = new byte[sizeBytes];
            random.nextBytes(record);
            batch.put(sizeBytes, 1, ByteBuffer.wrap(record));
            expected.add(new StoredRecord(sizeBytes, 1, Payload.wrap(record)));
        }
        try (SessionStore store = open()) {
            apply(store, batch);
            assertEquals(expected, all(store));
        }
        try (SessionStore store = open()) {
            assertEquals(expected, all(store));
        }
    }

    @Test
    void aScanBeginsAtItsKeyAndEndsAtItsLimit() {
        ChangeBatch batch = new ChangeBatch();
        for (long key = 0; key < 1000; key += 10) {
            batch.put(key, 1, bytes(String.valueOf(key)));
        }
        try (SessionStore store = open()) {
            apply(store, batch);
            assertEquals(List.of(record(500, "500"), record(510, "510")), store.scan(500, 2));
            assertEquals(List.of(record(510, "510"), record(520, "520")), store.scan(501, 2));
            assertEquals(List.of(record(990, "990")), store.scan(990, 2));
            assertEquals(List.of(), store.scan(991, 2));
            assertEquals(List.of(), store.scan(Long.MAX_VALUE, 1));
            assertThrows(IllegalArgumentException.class, () -> store.scan(0, 0));
        }
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void pagesShowEachRecordOnce(Durability durability) {
        List<StoredRecord> expected = new ArrayList<>();
        ChangeBatch batch = new ChangeBatch();
        for (long key = 0; key < 5000; key++) {
            batch.put(key * 3, 1, bytes("record " + key));
            expected.add(record(key * 3, "record " + key));
        }
        try (SessionStore store = provider().open(request(CLIENT_IDENTIFIER, durability))) {
            apply(store, batch);
            assertEquals(expected, all(store, 7));
            assertEquals(expected, all(store, 1000));
            assertEquals(expected, store.scan(0, Integer.MAX_VALUE));
        }
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void aBatchMayBeUsedAgainWhenItIsStored(Durability durability) {
        ChangeBatch batch = new ChangeBatch();
        try (SessionStore store = provider().open(request(CLIENT_IDENTIFIER, durability))) {
            for (long key = 0; key < 100; key++) {
                batch.put(key, 1, bytes("record " + key));
                apply(store, batch);
                batch.clear();
            }
            assertEquals(
                    IntStream.range(0, 100)
                            .mapToObj(key -> record(key, "record " + key))
                            .toList(),
                    all(store));
        }
    }

    @Test
    void manyAppendsWithoutWaitingCompleteOnceEachAndInOrder() {
        int count = 10_000;
        Completions completions = new Completions();
        try (SessionStore store = open()) {
            for (int i = 0; i < count; i++) {
                ChangeBatch batch = new ChangeBatch();
                batch.put(i % 1000, 1, bytes(String.valueOf(i)));
                store.append(batch, completions.numbered(i));
            }
            completions.awaitSuccess(count);
            assertEquals(
                    IntStream.range(9000, 10_000)
                            .mapToObj(i -> record(i - 9000, String.valueOf(i)))
                            .toList(),
                    all(store));
        }
        assertEquals(IntStream.range(0, count).boxed().toList(), completions.order());
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void closeCompletesEverythingAppendedBefore(Durability durability) {
        int count = 1000;
        Completions completions = new Completions();
        SessionStore store = provider().open(request(CLIENT_IDENTIFIER, durability));
        for (int i = 0; i < count; i++) {
            ChangeBatch batch = new ChangeBatch();
            batch.put(i, 1, bytes(String.valueOf(i)));
            store.append(batch, completions.numbered(i));
        }
        store.close();
        assertEquals(IntStream.range(0, count).boxed().toList(), completions.order());
        assertNull(completions.firstFailure());
        try (SessionStore again = open()) {
            assertEquals(
                    IntStream.range(0, count)
                            .mapToObj(i -> record(i, String.valueOf(i)))
                            .toList(),
                    all(again));
        }
    }

    @Test
    void anAppendToAClosedStoreFailsThroughItsCompletion() {
        Completions completions = new Completions();
        SessionStore store = open();
        put(store, 1, "before");
        store.close();
        ChangeBatch batch = new ChangeBatch();
        batch.put(1, 1, bytes("after"));
        store.append(batch, completions.numbered(0));
        completions.await(1);
        assertNotNull(completions.firstFailure());
        assertThrows(StoreException.class, () -> store.scan(0, 1));
        try (SessionStore again = open()) {
            assertEquals(List.of(record(1, "before")), all(again));
        }
    }

    @Test
    void aStoreMayBeClosedRepeatedly() {
        SessionStore store = open();
        put(store, 1, "kept");
        store.close();
        store.close();
        try (SessionStore again = open()) {
            store.close();
            assertEquals(List.of(record(1, "kept")), all(again));
        }
    }

    /** Every scan sees whole batches, and all that had completed before it began. */
    @Test
    void aScanOfAnotherThreadSeesWholeBatchesOnly() {
        int count = 2000;
        Completions completions = new Completions();
        try (SessionStore store = open()) {
            Thread writer = new Thread(() -> {
                for (int i = 1; i <= count; i++) {
                    ChangeBatch batch = new ChangeBatch();
                    for (long key = 0; key < 10; key++) {
                        batch.put(key * 1000, 1, bytes(String.valueOf(i)));
                    }
                    store.append(batch, completions.numbered(i));
                }
            });
            writer.start();
            int seen = 0;
            while (seen < count) {
                int completed = completions.order().size();
                List<String> texts = store.scan(0, 100).stream()
                        .map(record -> record.content().text())
                        .distinct()
                        .toList();
                assertTrue(texts.size() <= 1, () -> "a scan saw a part of a batch: " + texts);
                seen = texts.isEmpty() ? 0 : Integer.parseInt(texts.get(0));
                assertTrue(seen >= completed, "a scan missed a completed batch");
            }
            completions.awaitSuccess(count);
        }
    }

    @Test
    void whatIsStoredSurvivesClosingAndOpeningAgain() {
        long seed = Long.getLong("aldis.seed", System.nanoTime());
        Random random = new Random(seed);
        TreeMap<Long, StoredRecord> expected = new TreeMap<>();
        for (int round = 0; round < 20; round++) {
            try (SessionStore store = open()) {
                assertEquals(
                        List.copyOf(expected.values()),
                        all(store),
                        "seed " + seed + ", round " + round + " (replay with -Daldis.seed=" + seed + ")");
                for (int i = 0; i < 10; i++) {
                    apply(store, randomBatch(random, expected));
                }
            }
        }
    }

    private static ChangeBatch randomBatch(Random random, Map<Long, StoredRecord> expected) {
        ChangeBatch batch = new ChangeBatch();
        for (int i = random.nextInt(50); i >= 0; i--) {
            long key = random.nextInt(500) * 1_000_000_007L;
            if (random.nextBoolean()) {
                batch.remove(key);
                expected.remove(key);
            } else {
                byte[] record = new byte[random.nextInt(2000)];
                random.nextBytes(record);
                int kind = random.nextInt(256);
                batch.put(key, kind, ByteBuffer.wrap(record));
                expected.put(key, new StoredRecord(key, kind, Payload.wrap(record)));
            }
        }
        return batch;
    }
}
