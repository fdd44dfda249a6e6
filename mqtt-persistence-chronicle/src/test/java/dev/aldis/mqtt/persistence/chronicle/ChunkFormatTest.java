package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.persistence.chronicle.ChunkFormat.Head;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkFormatTest {

    private static final int ENTRY = ChunkFormat.HEAD_BYTES;

    private final ChunkFormat format = new ChunkFormat(0x0123456789abcdefL);

    /** Whoever has a store of this version must be able to open it with each later one. */
    @Test
    void whatThisVersionWritesNeverChanges() {
        Head head = new Head(ChunkFormat.VERSION, ChunkFormat.COMMIT, 38, 3, 0x0102030405060708L, 0x11L);
        byte[] chunk = new byte[ChunkFormat.HEAD_BYTES + 38];
        format.writeHead(chunk, head);
        ChunkFormat.writePut(chunk, ENTRY, 0x2122232425262728L, 0xF1, 2);
        chunk[ENTRY + 18] = 'h';
        chunk[ENTRY + 19] = 'i';
        format.seal(chunk, ENTRY);
        format.writeRemoval(chunk, ENTRY + 20, 0x31, 5);
        assertEquals(
                "4d510101" + "ba1df18c" + "26000000" + "03000000" + "0807060504030201" + "1100000000000000"
                        + "53e79ce0" + "01f1" + "2827262524232221" + "02000000" + "6869"
                        + "bb3281ea" + "0200" + "3100000000000000" + "05000000",
                HexFormat.of().formatHex(chunk));
        assertTrue(format.isHead(chunk, 0));
        assertEquals(head, format.readHead(chunk, 0));
        assertEquals(0xF1, ChunkFormat.kind(chunk, ENTRY));
        assertEquals(0x2122232425262728L, ChunkFormat.key(chunk, ENTRY));
        assertEquals(2, ChunkFormat.lengthBytes(chunk, ENTRY));
        assertEquals(20, ChunkFormat.entryBytes(chunk, ENTRY));
        assertEquals(5, ChunkFormat.lengthBytes(chunk, ENTRY + 20));
        assertEquals(18, ChunkFormat.entryBytes(chunk, ENTRY + 20), "a removal has no record");
    }

    @Test
    void eachBitOfAHeadIsGuarded() {
        byte[] chunk = chunk(put(1, "a"));
        for (int bit = 0; bit < ChunkFormat.HEAD_BYTES * 8; bit++) {
            byte[] flipped = flipped(chunk, bit);
            assertFalse(format.isHead(flipped, 0), "bit " + bit);
        }
        assertTrue(format.isHead(chunk, 0));
    }

    @Test
    void eachBitOfAnEntryIsGuarded() {
        byte[] removal = new byte[ChunkFormat.ENTRY_HEAD_BYTES];
        format.writeRemoval(removal, 0, 1, 2);
        for (byte[] entry : new byte[][] {put(1, "text"), removal}) {
            for (int bit = 0; bit < entry.length * 8; bit++) {
                byte[] flipped = Arrays.copyOf(flipped(entry, bit), 1000);
                assertFalse(format.isEntry(flipped, 0, flipped.length), "bit " + bit);
            }
            assertTrue(format.isEntry(entry, 0, entry.length));
        }
    }

    @Test
    void whatAnotherQueueWroteIsNeitherHeadNorEntry() {
        ChunkFormat other = new ChunkFormat(0x0123456789abcdeeL);
        byte[] chunk = chunk(put(1, "text"));
        assertFalse(other.isHead(chunk, 0));
        assertFalse(other.isEntry(chunk, ENTRY, chunk.length));
    }

    @Test
    void anEntryOfNoKnownTypeOrOfANegativeKeyIsNone() {
        byte[] unknown = put(1, "");
        unknown[4] = 3;
        format.seal(unknown, 0);
        assertFalse(format.isEntry(unknown, 0, unknown.length));
        byte[] negative = put(-1, "text");
        assertFalse(format.isEntry(negative, 0, negative.length));
        byte[] zero = put(0, "text");
        assertTrue(format.isEntry(zero, 0, zero.length));
    }

    @Test
    void anEntryEndsAtItsLimitAtTheLatest() {
        byte[] entry = put(1, "text");
        assertTrue(ChunkFormat.hasRoomForEntry(entry, 0, entry.length));
        assertFalse(ChunkFormat.hasRoomForEntry(entry, 0, entry.length - 1));
        assertFalse(ChunkFormat.hasRoomForEntry(entry, 0, ChunkFormat.ENTRY_HEAD_BYTES - 1), "no room for its head");
        byte[] window = SegmentImage.join(new byte[5], entry);
        assertTrue(ChunkFormat.hasRoomForEntry(window, 5, window.length));
        assertFalse(ChunkFormat.hasRoomForEntry(window, 5, window.length - 1));
        assertFalse(ChunkFormat.hasRoomForEntry(window, 5, 5 + ChunkFormat.ENTRY_HEAD_BYTES - 1));
        byte[] empty = put(1, "");
        assertTrue(ChunkFormat.hasRoomForEntry(empty, 0, ChunkFormat.ENTRY_HEAD_BYTES));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE - 18})
    void aLengthThatIsNonsenseHasNoRoomAnywhere(int length) {
        byte[] entry = put(1, "text");
        ChunkFormat.writePut(entry, 0, 1, 1, length);
        assertFalse(ChunkFormat.hasRoomForEntry(entry, 0, entry.length));
    }

    @Test
    void aSumThatWasMadeInPiecesIsTheSame() {
        byte[] record = "text".getBytes(StandardCharsets.UTF_8);
        byte[] entry = put(1, "text");
        byte[] pieces = entry.clone();
        Arrays.fill(pieces, 0, 4, (byte) 0);
        format.seal(pieces, 0, ByteBuffer.wrap(record));
        assertArrayEquals(entry, pieces);
    }

    @Test
    void aChunkIsWrittenWhenItsLastEntryIs() {
        byte[] chunk = chunk(put(1, "one"), put(2, "two"));
        assertTrue(format.isWritten(chunk, 0));
        for (int written = ChunkFormat.HEAD_BYTES; written < chunk.length; written++) {
            byte[] killed = Arrays.copyOf(Arrays.copyOf(chunk, written), chunk.length);
            assertFalse(format.isWritten(killed, 0), "written as far as " + written);
        }
        assertTrue(format.isWritten(chunk(), 0), "a commit without an entry");
    }

    @ParameterizedTest
    @ValueSource(ints = {ChunkFormat.LARGE, ChunkFormat.CONTINUED})
    void aPieceOfALargeRecordIsWrittenWhenItsEndIs(int flag) {
        byte[] piece = new byte[8];
        assertFalse(format.isWritten(chunk(flag, piece), 0));
        piece[0] = 1;
        assertTrue(format.isWritten(chunk(flag, piece), 0));
        assertFalse(format.isWritten(chunk(flag, new byte[] {1, 1, 1, 1, 1, 1, 1}), 0), "too short to be told");
    }

    private byte[] put(long key, String text) {
        byte[] record = text.getBytes(StandardCharsets.UTF_8);
        byte[] entry = new byte[ChunkFormat.ENTRY_HEAD_BYTES + record.length];
        ChunkFormat.writePut(entry, 0, key, 1, record.length);
        System.arraycopy(record, 0, entry, ChunkFormat.ENTRY_HEAD_BYTES, record.length);
        format.seal(entry, 0);
        return entry;
    }

    private byte[] chunk(byte[]... entries) {
        return chunk(ChunkFormat.COMMIT, SegmentImage.join(entries));
    }

    private byte[] chunk(int flags, byte[] entries) {
        byte[] chunk = new byte[ChunkFormat.HEAD_BYTES + entries.length];
        System.arraycopy(entries, 0, chunk, ChunkFormat.HEAD_BYTES, entries.length);
        format.writeHead(chunk, new Head(ChunkFormat.VERSION, flags, entries.length, 0, 1, 1));
        return chunk;
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] flipped = bytes.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        return flipped;
    }
}
