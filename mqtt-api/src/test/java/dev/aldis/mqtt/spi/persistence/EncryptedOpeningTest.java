package dev.aldis.mqtt.spi.persistence;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.EncryptionKeys;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.testkit.AppendFuture;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stores of several pages that are opened, looked into, and given another key. */
@Timeout(60)
class EncryptedOpeningTest {

    /** What an opening reads at once. */
    private static final int PAGE = 256;

    private static final SecretKey FIRST = new SecretKeySpec("the first key 16".getBytes(US_ASCII), "AES");
    private static final SecretKey SECOND = new SecretKeySpec("second key of 16".getBytes(US_ASCII), "AES");
    private static final EncryptionKeys OLD = EncryptionKeys.of("first", FIRST);
    private static final EncryptionKeys NEW = EncryptionKeys.of("second", SECOND);
    private static final EncryptionKeys BOTH = NEW.withFormerKey("first", FIRST);

    private final HeapStores heap = new HeapStores();
    private final List<String> damage = new ArrayList<>();

    private StoreRequest request(Consumer<String> listener) {
        return new StoreRequest(URI.create("heap:place"), "client", Durability.PROCESS, listener);
    }

    private SessionStore open(EncryptionKeys keys) {
        return new EncryptingStoreProvider(heap, keys).open(request(damage::add));
    }

    private StoreReader look(EncryptionKeys keys) {
        return new EncryptingStoreProvider(heap, keys).openForReading(request(damage::add));
    }

    private static void put(SessionStore store, long... keys) {
        ChangeBatch batch = new ChangeBatch();
        for (long key : keys) {
            batch.put(key, kind(key), Payload.of("text " + key).asByteBuffer());
        }
        AppendFuture.of(store, batch).join();
    }

    private static int kind(long key) {
        return (int) (key % 256);
    }

    private void fill(EncryptionKeys keys, long... recordKeys) {
        try (SessionStore store = open(keys)) {
            put(store, recordKeys);
        }
    }

    private static List<StoredRecord> plain(long... keys) {
        return LongStream.of(keys)
                .mapToObj(key -> new StoredRecord(key, kind(key), Payload.of("text " + key)))
                .toList();
    }

    private static List<StoredRecord> contents(StoreReader reader) {
        return reader.scan(0, 100_000);
    }

    private Map<String, Integer> identifiersBelow() {
        Map<String, Integer> identifiers = new TreeMap<>();
        for (StoredRecord record : heap.records.values()) {
            EncryptedRecord head = EncryptedRecord.read(record.content().toByteArray());
            identifiers.merge(head == null ? "none" : head.keyIdentifier(), 1, Integer::sum);
        }
        return identifiers;
    }

    @Test
    void eachRecordOfManyPagesIsEncryptedAgainWithItsKindAndKey() {
        for (int count : new int[] {1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE, 3 * PAGE + 1}) {
            heap.records.clear();
            long[] keys = LongStream.range(0, count).map(i -> i * 3).toArray();
            fill(OLD, keys);
            assertEquals(Map.of("first", count), identifiersBelow());
            open(BOTH).close();
            assertEquals(Map.of("second", count), identifiersBelow());
            try (SessionStore store = open(NEW)) {
                assertEquals(plain(keys), contents(store));
            }
        }
        assertEquals(List.of(), damage);
    }

    /** Whoever asked for the page behind it would begin at the start again, or below it. */
    @Test
    void theGreatestKeyOfAllMayEndAFullPage() {
        long[] keys = LongStream.concat(LongStream.range(0, PAGE - 1), LongStream.of(Long.MAX_VALUE))
                .toArray();
        fill(OLD, keys);
        try (SessionStore store = open(BOTH)) {
            assertEquals(Map.of("second", PAGE), identifiersBelow());
            assertEquals(plain(keys), store.scan(0, PAGE));
            assertEquals(plain(Long.MAX_VALUE), store.scan(Long.MAX_VALUE, 1));
        }
        StoredRecord last = heap.records.get(Long.MAX_VALUE);
        heap.records.put(Long.MAX_VALUE, new StoredRecord(Long.MAX_VALUE, last.kind() ^ 1, last.content()));
        try (SessionStore store = open(NEW)) {
            assertEquals(List.of(), store.scan(Long.MAX_VALUE, 1));
            assertEquals(plain(PAGE - 2), store.scan(PAGE - 2, 2));
        }
        assertEquals(1, damage.size(), damage::toString);
    }

    @Test
    void whatHasTheCurrentKeyIsNotWrittenAgain() {
        fill(NEW, LongStream.range(0, PAGE).toArray());
        fill(OLD.withFormerKey("second", SECOND), PAGE);
        // That has encrypted all again with the first key.
        assertEquals(Map.of("first", PAGE + 1), identifiersBelow());
        heap.records.clear();
        fill(NEW, LongStream.range(0, PAGE).toArray());
        Map<Long, StoredRecord> before = new TreeMap<>(heap.records);
        int appends = heap.appends;
        open(BOTH).close();
        assertEquals(appends, heap.appends, "nothing has a former key");
        assertEquals(before, heap.records);

        TreeMap<Long, StoredRecord> kept = new TreeMap<>(heap.records);
        heap.records.clear();
        fill(OLD, PAGE + 1);
        heap.records.putAll(kept);
        appends = heap.appends;
        open(BOTH).close();
        assertEquals(appends + 1, heap.appends, "the one page that has a former key");
        kept.forEach((key, record) -> assertSame(record, heap.records.get(key)));
        assertEquals(Map.of("second", PAGE + 1), identifiersBelow());
    }

    @Test
    void aDamagedRecordIsNotEncryptedAgainAndDoesNotKeepOthersFromIt() {
        fill(OLD, 1, 2, 3);
        StoredRecord moved = new StoredRecord(2, kind(2), heap.records.get(1L).content());
        heap.records.put(2L, moved);
        try (SessionStore store = open(BOTH)) {
            assertEquals(plain(1, 3), contents(store));
        }
        assertSame(moved, heap.records.get(2L));
        assertEquals(1, damage.size(), damage::toString);
    }

    @Test
    void whatIsDamagedIsReportedInTheOrderOfTheKeysThoughAListenerFails() {
        fill(OLD, 1, 2, 3, 4);
        for (long key : new long[] {4, 1, 3}) {
            heap.records.put(
                    key,
                    new StoredRecord(key, kind(key) + 1, heap.records.get(key).content()));
        }
        heap.records.put(0L, new StoredRecord(0, 0, Payload.of("in clear text")));
        StoreRequest request = request(text -> {
            damage.add(text);
            throw new IllegalStateException("the listener fails");
        });
        try (SessionStore store = new EncryptingStoreProvider(heap, OLD).open(request)) {
            assertEquals(plain(2), contents(store));
        }
        List<String> starts = damage.stream().map(text -> text.substring(0, 9)).toList();
        assertEquals(List.of("Record 0 ", "Record 1 ", "Record 3 ", "Record 4 "), starts);
    }

    /** Nobody can say then that it is not encrypted. */
    @Test
    void clearTextBesideDamageAloneIsDamageAsWell() {
        fill(OLD, 1);
        heap.records.put(1L, new StoredRecord(1, 0, heap.records.get(1L).content()));
        heap.records.put(2L, new StoredRecord(2, 2, Payload.of("in clear text")));
        try (SessionStore store = open(OLD)) {
            assertEquals(List.of(), contents(store));
        }
        assertEquals(2, damage.size(), damage::toString);
    }

    @Test
    void whoLooksSeesTheRecordsOfBothKeysAndChangesNothing() {
        fill(OLD, 1, 2);
        fill(EncryptionKeys.of("first", FIRST), 3);
        Map<Long, StoredRecord> before = new TreeMap<>(heap.records);
        try (StoreReader reader = look(BOTH)) {
            assertTrue(heap.open);
            assertEquals(plain(1, 2, 3), contents(reader));
        }
        assertFalse(heap.open, "closed below");
        assertEquals(before, heap.records);
        StoreException refused = assertThrows(StoreException.class, () -> look(NEW));
        assertTrue(refused.getMessage().contains("needs the encryption key 'first'"), refused::getMessage);
        assertFalse(heap.open, "closed below after a refusal");
    }

    @Test
    void aStoreBelowThatCannotBeClosedEitherIsNamedBesideTheReason() {
        fill(OLD, 1);
        StoreException second = new StoreException("cannot be closed", (Throwable) null);
        StoreProvider failing = new StoreProvider() {
            @Override
            public String scheme() {
                return heap.scheme();
            }

            @Override
            public SessionStore open(StoreRequest request) {
                SessionStore store = heap.open(request);
                return new SessionStore() {
                    @Override
                    public void append(ChangeBatch batch, AppendCompletion completion) {
                        store.append(batch, completion);
                    }

                    @Override
                    public List<StoredRecord> scan(long fromKey, int limit) {
                        return store.scan(fromKey, limit);
                    }

                    @Override
                    public void close() {
                        throw second;
                    }
                };
            }
        };
        EncryptingStoreProvider provider = new EncryptingStoreProvider(failing, NEW);
        StoreException refused = assertThrows(StoreException.class, () -> provider.open(request(damage::add)));
        assertTrue(refused.getMessage().contains("'first'"), refused::getMessage);
        assertEquals(List.of(second), List.of(refused.getSuppressed()));
        assertEquals("heap", provider.scheme());
    }

    @Test
    void aCurrentKeyThatIsNotThereIsAnErrorBeforeTheStoreIsOpened() {
        EncryptionKeys gone = new EncryptionKeys() {
            @Override
            public String currentIdentifier() {
                return "gone";
            }

            @Override
            public Optional<SecretKey> key(String identifier) {
                return Optional.empty();
            }
        };
        StoreException refused = assertThrows(StoreException.class, () -> open(gone));
        assertTrue(refused.getMessage().contains("'gone' for heap:place is missing"), refused::getMessage);
        assertThrows(IllegalStateException.class, () -> heap.labels.of(1, Payload.EMPTY.asByteBuffer()), "not opened");
    }

    /** Its bytes count, as in each record: 2 for each of these. */
    @Test
    void anIdentifierMayHave255BytesInUtf8() {
        String longest = "\u00e9".repeat(127) + "x";
        fill(EncryptionKeys.of(longest, FIRST), 1);
        assertEquals(Map.of(longest, 1), identifiersBelow());
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> open(EncryptionKeys.of("\u00e9".repeat(128), FIRST)));
        assertTrue(refused.getMessage().contains("256 bytes"), refused::getMessage);
    }

    @Test
    void aPageIsFilledFromThoseBehindItWhereRecordsAreHidden() {
        long[] keys = LongStream.range(0, 40).toArray();
        fill(OLD, keys);
        for (long key = 0; key < 40; key++) {
            if (key % 4 != 3) {
                heap.records.put(
                        key,
                        new StoredRecord(
                                key, kind(key) + 1, heap.records.get(key).content()));
            }
        }
        try (SessionStore store = open(OLD)) {
            assertEquals(plain(3, 7, 11), store.scan(0, 3));
            assertEquals(plain(7, 11, 15), store.scan(4, 3));
            assertEquals(plain(39), store.scan(36, 3));
            assertEquals(List.of(), store.scan(40, 3));
        }
        assertEquals(30, damage.size());
    }

    @Test
    void aFormerKeyIsNotLookedForInAnEmptyStore() {
        try (SessionStore store = open(BOTH)) {
            assertEquals(List.of(), contents(store));
            assertEquals(0, heap.appends);
            assertTrue(heap.open);
        }
        assertFalse(heap.open, "closed below");
    }

    @Test
    void anOpeningReadsEachRecordOnce() {
        fill(OLD, LongStream.range(0, 2 * PAGE + 1).toArray());
        heap.scans.clear();
        open(OLD).close();
        assertEquals(List.of(0L, (long) PAGE, 2L * PAGE), heap.scans);
    }
}
