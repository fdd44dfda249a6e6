package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.LongDataType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A commit that failed halfway is taken back: each record is again what it was before. */
class UndoTest {

    private final Undo undo = new Undo();
    private MVStore store;
    private MVMap<Long, byte[]> records;

    @BeforeEach
    void openInMemory() {
        store = MVStore.open(null);
        records = store.openMap(
                "records",
                new MVMap.Builder<Long, byte[]>().keyType(LongDataType.INSTANCE).valueType(RecordType.INSTANCE));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void put(long key, int value) {
        undo.add(key, records.put(key, new byte[] {(byte) value}));
    }

    private void remove(long key) {
        undo.add(key, records.remove(key));
    }

    @Test
    void eachRecordIsAgainWhatItWasBeforeTheFirstOfItsChanges() {
        records.put(1L, new byte[] {1});
        records.put(2L, new byte[] {2});
        put(1, 10);
        put(1, 11);
        remove(2);
        put(3, 30);
        remove(3);
        put(4, 40);
        undo.applyTo(records);
        undo.applyTo(records);
        assertEquals(2, records.size());
        assertArrayEquals(new byte[] {1}, records.get(1L));
        assertArrayEquals(new byte[] {2}, records.get(2L));
    }

    @Test
    void howeverManyChangesThereAre() {
        for (long key = 0; key < 300; key += 2) {
            records.put(key, new byte[] {(byte) key});
        }
        for (long key = 0; key < 300; key++) {
            put(key, 99);
        }
        undo.applyTo(records);
        assertEquals(150, records.size());
        for (long key = 0; key < 300; key += 2) {
            assertArrayEquals(new byte[] {(byte) key}, records.get(key));
        }
    }

    @Test
    void whatIsCommittedIsNotTakenBackAnyMore() {
        put(1, 1);
        undo.clear();
        put(2, 2);
        undo.applyTo(records);
        assertArrayEquals(new byte[] {1}, records.get(1L));
        assertNull(records.get(2L));
    }
}
