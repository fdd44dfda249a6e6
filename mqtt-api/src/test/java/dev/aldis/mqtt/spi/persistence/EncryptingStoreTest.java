package dev.aldis.mqtt.spi.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.EncryptionKeys;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.api.TopicName;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is encrypted cannot be read, moved, changed or lost by giving the wrong key. */
@Timeout(60)
class EncryptingStoreTest {

    private static final SecretKey FIRST = key(1);
    private static final SecretKey SECOND = key(2);
    private static final EncryptionKeys KEYS = EncryptionKeys.of("first", FIRST);

    private final HeapStores heap = new HeapStores();
    private final List<String> damage = new ArrayList<>();

    private static SecretKey key(int number) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) number);
        return new SecretKeySpec(bytes, "AES");
    }

    @Test
    void theContentIsNotInTheStoreBelow() {
        put(KEYS, 7, "sensors/secret/temperature");
        StoredRecord below = heap.records.get(7L);
        assertFalse(text(below).contains("secret"), () -> text(below));
        assertTrue(EncryptingStoreProvider.isEncrypted(below));
        assertTrue(text(below).contains("first"), "the identifier of the key is there in clear text");
        assertEquals(
                50 + "first".length() + "sensors/secret/temperature".length(),
                below.content().sizeBytes());
        assertEquals(Map.of(7L, "sensors/secret/temperature"), contents(KEYS));
    }

    @Test
    void oneTextIsNeverEncryptedToTheSameBytesTwice() {
        Set<Payload> seen = new HashSet<>();
        for (int opening = 0; opening < 10; opening++) {
            try (SessionStore store = open(KEYS)) {
                for (int i = 0; i < 10; i++) {
                    append(store, 1, "the same");
                    assertTrue(seen.add(heap.records.get(1L).content()));
                }
            }
        }
    }

    @Test
    void aWrongKeyIsAnErrorThatChangesNothing() {
        put(KEYS, 1, "one");
        put(KEYS, 2, "two");
        Map<Long, StoredRecord> before = new TreeMap<>(heap.records);
        StoreException refused = assertThrows(StoreException.class, () -> open(EncryptionKeys.of("first", SECOND)));
        assertTrue(refused.getMessage().contains("'first'"), refused::getMessage);
        assertTrue(refused.getMessage().contains("another key"), refused::getMessage);
        assertEquals(before, heap.records);
        assertFalse(heap.open, "the store below is closed again");
        assertEquals(List.of(), damage);
        assertEquals(Map.of(1L, "one", 2L, "two"), contents(KEYS));
    }

    @Test
    void aMissingKeyIsAnErrorThatNamesItAndChangesNothing() {
        put(KEYS, 1, "one");
        Map<Long, StoredRecord> before = new TreeMap<>(heap.records);
        StoreException refused = assertThrows(StoreException.class, () -> open(EncryptionKeys.of("second", SECOND)));
        assertTrue(refused.getMessage().contains("'first'"), refused::getMessage);
        assertTrue(refused.getMessage().contains("withFormerKey"), refused::getMessage);
        assertEquals(before, heap.records);
        assertEquals(List.of(), damage);
    }

    @Test
    void aStoreThatIsNotEncryptedIsRefused() {
        try (SessionStore plain = heap.open(request())) {
            append(plain, 1, "plain");
        }
        StoreException refused = assertThrows(StoreException.class, () -> open(KEYS));
        assertTrue(refused.getMessage().contains("is not encrypted"), refused::getMessage);
        assertEquals(Payload.of("plain"), heap.records.get(1L).content());
    }

    @Test
    void keysRotate() {
        put(KEYS, 1, "old");
        put(KEYS, 2, "old as well");
        EncryptionKeys both = EncryptionKeys.of("second", SECOND).withFormerKey("first", FIRST);
        put(both, 3, "new");
        Map<Long, String> all = Map.of(1L, "old", 2L, "old as well", 3L, "new");
        assertEquals(all, contents(EncryptionKeys.of("second", SECOND)), "the first key is no longer needed");
        assertThrows(StoreException.class, () -> open(KEYS));
    }

    @Test
    void aStoreThatCannotWriteKeepsTheFormerKeyAndOpens() {
        put(KEYS, 1, "old");
        heap.failure = new StoreException("disk full", (Throwable) null);
        EncryptionKeys both = EncryptionKeys.of("second", SECOND).withFormerKey("first", FIRST);
        assertEquals(Map.of(1L, "old"), contents(both));
        heap.failure = null;
        assertEquals(Map.of(1L, "old"), contents(KEYS));
    }

    @Test
    void anyChangedBitIsReportedAndHidesThatRecordAlone() {
        put(KEYS, 1, "one");
        put(KEYS, 2, "two");
        StoredRecord whole = heap.records.get(1L);
        for (int bit = 0; bit < whole.content().sizeBytes() * 8; bit++) {
            byte[] bytes = whole.content().toByteArray();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            heap.records.put(1L, new StoredRecord(1, whole.kind(), Payload.wrap(bytes)));
            damage.clear();
            assertEquals(Map.of(2L, "two"), contents(KEYS), "bit " + bit);
            assertEquals(1, damage.size(), damage::toString);
            assertTrue(damage.get(0).contains("Record 1 "), damage::toString);
            assertEquals(Payload.wrap(bytes), heap.records.get(1L).content(), "the bytes are kept");
        }
    }

    @Test
    void aRecordThatIsCutShortIsReported() {
        put(KEYS, 1, "one");
        put(KEYS, 2, "two");
        StoredRecord whole = heap.records.get(1L);
        for (int length = 0; length < whole.content().sizeBytes(); length++) {
            byte[] bytes = Arrays.copyOf(whole.content().toByteArray(), length);
            heap.records.put(1L, new StoredRecord(1, whole.kind(), Payload.wrap(bytes)));
            damage.clear();
            assertEquals(Map.of(2L, "two"), contents(KEYS), "length " + length);
            assertEquals(1, damage.size(), damage::toString);
        }
    }

    @Test
    void recordsCannotBeSwappedGivenAnotherKindOrTakenToAnotherClient() {
        put(KEYS, 1, "one");
        put(KEYS, 2, "two");
        put(KEYS, 3, "three");
        StoredRecord one = heap.records.get(1L);
        StoredRecord two = heap.records.get(2L);
        heap.records.put(1L, new StoredRecord(1, one.kind(), two.content()));
        heap.records.put(2L, new StoredRecord(2, two.kind() + 1, two.content()));
        assertEquals(Map.of(3L, "three"), contents(KEYS));
        assertEquals(2, damage.size(), damage::toString);

        heap.records.clear();
        heap.records.put(1L, one);
        damage.clear();
        StoreRequest other = new StoreRequest(request().location(), "other", Durability.PROCESS, damage::add);
        try (SessionStore store = new EncryptingStoreProvider(heap, KEYS).open(other)) {
            assertEquals(List.of(), store.scan(0, 10));
        }
        assertEquals(1, damage.size(), damage::toString);
    }

    /** A label says in clear text what the record hides. */
    @Test
    void theStoreBelowGetsNoLabels() {
        RecordLabels labels =
                (kind, content) -> Optional.of(new RecordLabel(TopicName.of("secret"), QoS.AT_LEAST_ONCE));
        try (SessionStore store =
                new EncryptingStoreProvider(heap, KEYS).open(request().withLabels(labels))) {
            append(store, 1, "one");
            assertEquals(Optional.empty(), heap.labels.of(1, ByteBuffer.allocate(0)));
        }
    }

    @Test
    void aPlainRecordBesideEncryptedOnesIsNotBelieved() {
        put(KEYS, 1, "one");
        heap.records.put(2L, new StoredRecord(2, 1, Payload.of("smuggled in")));
        assertEquals(Map.of(1L, "one"), contents(KEYS));
        assertEquals(1, damage.size(), damage::toString);
    }

    @Test
    void pagesAreFullAlthoughRecordsAreHidden() {
        try (SessionStore store = open(KEYS)) {
            for (int key = 0; key < 100; key++) {
                append(store, key, "text " + key);
            }
        }
        for (long key = 0; key < 100; key++) {
            if (key % 3 != 0) {
                heap.records.put(key, new StoredRecord(key, 1, Payload.of("damaged")));
            }
        }
        try (SessionStore store = open(KEYS)) {
            assertEquals(10, store.scan(0, 10).size());
            assertEquals(27L, store.scan(0, 10).get(9).key());
            assertEquals(34, store.scan(0, 1000).size());
            append(store, 1, "stored over a damaged one");
            assertEquals(1L, store.scan(1, 1).get(0).key());
        }
    }

    @Test
    void aRecordThatIsChangedWhileTheStoreIsOpenIsAnError() {
        try (SessionStore store = open(KEYS)) {
            append(store, 1, "one");
            heap.records.put(1L, new StoredRecord(1, 1, Payload.of("changed")));
            StoreException failure = assertThrows(StoreException.class, () -> store.scan(0, 10));
            assertTrue(failure.getMessage().contains("Record 1 "), failure::getMessage);
        }
    }

    @Test
    void aKeyThatIsTooShortOrHasNoNameIsRefused() {
        SecretKey tooShort = new SecretKeySpec(new byte[15], "AES");
        StoreException refused = assertThrows(StoreException.class, () -> open(EncryptionKeys.of("short", tooShort)));
        assertTrue(refused.getMessage().contains("15 bytes"), refused::getMessage);
        assertThrows(IllegalArgumentException.class, () -> open(EncryptionKeys.of("", FIRST)));
        assertThrows(IllegalArgumentException.class, () -> open(EncryptionKeys.of("x".repeat(256), FIRST)));
        assertEquals(Map.of(), contents(EncryptionKeys.of("x".repeat(255), FIRST)));
    }

    @Test
    void noKeyShowsInATextForm() {
        EncryptionKeys keys = EncryptionKeys.of("now", FIRST).withFormerKey("then", SECOND);
        assertEquals("EncryptionKeys[current=now, keys hidden]", keys.toString());
        assertNotEquals(KEYS.key("first"), KEYS.key("other"));
    }

    private static StoreRequest requestFor(List<String> damage) {
        return new StoreRequest(URI.create("heap:place"), "client", Durability.PROCESS, damage::add);
    }

    private StoreRequest request() {
        return requestFor(damage);
    }

    private SessionStore open(EncryptionKeys keys) {
        return new EncryptingStoreProvider(heap, keys).open(request());
    }

    private void put(EncryptionKeys keys, long key, String text) {
        try (SessionStore store = open(keys)) {
            append(store, key, text);
        }
    }

    private static void append(SessionStore store, long key, String text) {
        ChangeBatch batch = new ChangeBatch();
        batch.put(key, 1, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        store.append(batch, new AppendCompletion() {
            @Override
            public void appended() {
                assertEquals(1, batch.size());
            }

            @Override
            public void failed(StoreException cause) {
                throw new AssertionError(cause);
            }
        });
    }

    private Map<Long, String> contents(EncryptionKeys keys) {
        Map<Long, String> contents = new TreeMap<>();
        try (SessionStore store = open(keys)) {
            store.scan(0, Integer.MAX_VALUE)
                    .forEach(record ->
                            contents.put(record.key(), record.content().text()));
        }
        return contents;
    }

    private static String text(StoredRecord record) {
        return new String(record.content().toByteArray(), StandardCharsets.ISO_8859_1);
    }
}
