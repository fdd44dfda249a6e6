package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.WriteBuffer;
import org.junit.jupiter.api.Test;

/** Records in a page of H2: they come back as they were, and a damaged length allocates nothing. */
class RecordTypeTest {

    private static final byte[] SHORT = {1, 2, 3};
    private static final byte[] LONG = new byte[1000];

    private static ByteBuffer page(byte[]... records) {
        WriteBuffer buffer = new WriteBuffer();
        RecordType.INSTANCE.write(buffer, records, records.length);
        return buffer.getBuffer().flip();
    }

    private static byte[][] read(ByteBuffer page, int count) {
        byte[][] records = RecordType.INSTANCE.createStorage(count);
        RecordType.INSTANCE.read(page, records, count);
        return records;
    }

    private static ByteBuffer length(int lengthBytes, int present) {
        WriteBuffer buffer = new WriteBuffer().putVarInt(lengthBytes);
        return buffer.put(new byte[present]).getBuffer().flip();
    }

    @Test
    void recordsComeBackAsTheyWere() {
        assertArrayEquals(new byte[][] {SHORT, {}, LONG}, read(page(SHORT, new byte[0], LONG), 3));
        assertArrayEquals(new byte[0][], read(page(), 0));
    }

    @Test
    void aRecordThatReachesTheEndOfItsPageIsThere() {
        assertEquals(5, RecordType.INSTANCE.read(length(5, 5)).length);
        assertEquals(0, RecordType.INSTANCE.read(length(0, 0)).length);
    }

    @Test
    void aLengthThatIsMoreThanThereIsIsDamage() {
        for (int lengthBytes : new int[] {6, Integer.MAX_VALUE, -1}) {
            MVStoreException refused = assertThrows(
                    MVStoreException.class, () -> RecordType.INSTANCE.read(length(lengthBytes, 5)), "" + lengthBytes);
            assertEquals(DataUtils.ERROR_FILE_CORRUPT, refused.getErrorCode());
        }
    }

    /** Otherwise the page would open with less records than it has, and nobody would know of the others. */
    @Test
    void aCountThatLeavesRecordsOutIsDamage() {
        MVStoreException refused = assertThrows(MVStoreException.class, () -> read(page(SHORT, LONG), 1));
        assertEquals(DataUtils.ERROR_FILE_CORRUPT, refused.getErrorCode());
        assertTrue(String.valueOf(refused.getMessage()).contains("1002"), refused::getMessage);
    }

    /** H2 keeps within its cache by this, and with too little of it a page would grow without being split. */
    @Test
    void aRecordCountsWithItsBytesInMemory() {
        assertTrue(RecordType.INSTANCE.getMemory(LONG) >= LONG.length + 16, "an array has a header");
        assertTrue(RecordType.INSTANCE.getMemory(LONG) < LONG.length + 64);
    }
}
