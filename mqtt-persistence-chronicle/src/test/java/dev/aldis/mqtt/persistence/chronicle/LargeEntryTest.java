package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.persistence.chronicle.ChunkFormat.Head;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A record that is put together from several chunks is what was written, or none. */
class LargeEntryTest {

    /** What of a record stands in the first chunk. */
    private static final int FIRST = ChunkFormat.ENTRIES_BYTES - ChunkFormat.ENTRY_HEAD_BYTES;

    private final ChunkFormat format = new ChunkFormat(4711);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, ChunkFormat.ENTRIES_BYTES, 2 * ChunkFormat.ENTRIES_BYTES + 1})
    void isWhatWasWritten(int more) {
        byte[] record = record(FIRST + more);
        LargeEntry entry = begin(record, true);
        goOn(entry, record, FIRST);
        assertTrue(entry.isComplete());
        assertTrue(entry.isIntact());
        assertEquals(0x1122334455L, entry.key());
        assertEquals(0xEE, entry.kind());
        assertEquals(record.length, entry.lengthBytes());
        assertArrayEquals(record, entry.content());
    }

    @Test
    void isCheckedAlsoWhereItIsNotKept() {
        byte[] record = record(FIRST + 10);
        LargeEntry entry = begin(record, false);
        goOn(entry, record, FIRST);
        assertTrue(entry.isIntact());
        assertThrows(IllegalStateException.class, entry::content);
        byte[] other = record.clone();
        other[record.length - 1] ^= 1;
        LargeEntry damaged = begin(record, false);
        goOn(damaged, other, FIRST);
        assertTrue(damaged.isComplete());
        assertFalse(damaged.isIntact(), "a bit is another");
    }

    @Test
    void isNotIntactWhereItsHeadIsDamaged() {
        byte[] record = record(FIRST);
        byte[] chunk = firstChunk(record);
        chunk[ChunkFormat.HEAD_BYTES + 5] ^= 1;
        LargeEntry entry = LargeEntry.begin(format, head(ChunkFormat.LARGE, ChunkFormat.ENTRIES_BYTES), chunk, 0, true);
        assertNotNull(entry);
        assertFalse(entry.isIntact(), "of another kind");
    }

    @Test
    void isNotIntactBeforeItsEnd() {
        byte[] record = record(FIRST + 10);
        LargeEntry entry = begin(record, true);
        assertFalse(entry.isComplete());
        assertFalse(entry.isIntact());
    }

    @Test
    void doesNotBeginInAChunkThatIsNotFullOrWithALengthThatNeedsNoSecondOne() {
        byte[] chunk = firstChunk(record(FIRST + 10));
        assertNull(LargeEntry.begin(format, head(ChunkFormat.CONTINUED, ChunkFormat.ENTRIES_BYTES), chunk, 0, true));
        assertNull(LargeEntry.begin(format, head(ChunkFormat.LARGE, ChunkFormat.ENTRIES_BYTES - 1), chunk, 0, true));
        ChunkFormat.writePut(chunk, ChunkFormat.HEAD_BYTES, 1, 1, FIRST - 1);
        assertNull(LargeEntry.begin(format, head(ChunkFormat.LARGE, ChunkFormat.ENTRIES_BYTES), chunk, 0, true));
    }

    @Test
    void doesNotGoOnWithAnotherChunkOrWithMoreThanIsMissing() {
        byte[] record = record(FIRST + 10);
        LargeEntry entry = begin(record, true);
        byte[] chunk = new byte[ChunkFormat.CHUNK_BYTES];
        assertFalse(entry.goOn(head(ChunkFormat.COMMIT, 10), chunk, 0));
        assertFalse(entry.goOn(head(ChunkFormat.CONTINUED, 11), chunk, 0));
        goOn(entry, record, FIRST);
        assertTrue(entry.isIntact(), "what was refused has not become a part of it");
    }

    private static Head head(int flags, int entriesBytes) {
        return new Head(ChunkFormat.VERSION, flags, entriesBytes, 0, 1, 1);
    }

    private static byte[] record(int lengthBytes) {
        byte[] record = new byte[lengthBytes];
        new Random(1).nextBytes(record);
        return record;
    }

    private byte[] firstChunk(byte[] record) {
        byte[] chunk = new byte[ChunkFormat.CHUNK_BYTES];
        ChunkFormat.writePut(chunk, ChunkFormat.HEAD_BYTES, 0x1122334455L, 0xEE, record.length);
        format.seal(chunk, ChunkFormat.HEAD_BYTES, ByteBuffer.wrap(record));
        System.arraycopy(record, 0, chunk, ChunkFormat.HEAD_BYTES + ChunkFormat.ENTRY_HEAD_BYTES, FIRST);
        return chunk;
    }

    /** Stands somewhere in a larger window. */
    private LargeEntry begin(byte[] record, boolean keepsContent) {
        byte[] window = SegmentImage.join(new byte[3], firstChunk(record));
        LargeEntry entry =
                LargeEntry.begin(format, head(ChunkFormat.LARGE, ChunkFormat.ENTRIES_BYTES), window, 3, keepsContent);
        assertNotNull(entry);
        return entry;
    }

    private static void goOn(LargeEntry entry, byte[] record, int from) {
        for (int at = from; at < record.length; at += ChunkFormat.ENTRIES_BYTES) {
            byte[] piece = Arrays.copyOfRange(record, at, Math.min(record.length, at + ChunkFormat.ENTRIES_BYTES));
            assertFalse(entry.isComplete());
            byte[] window = SegmentImage.join(new byte[5 + ChunkFormat.HEAD_BYTES], piece);
            assertTrue(entry.goOn(head(ChunkFormat.CONTINUED, piece.length), window, 5));
        }
    }
}
