package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.persistence.chronicle.ChunkFormat.Head;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** An entry that is put together from several chunks. */
final class LargeEntry {

    private final long key;
    private final int kind;
    private final int lengthBytes;
    private final ChunkFormat format;
    private final int expectedSum;
    private final CRC32C sum = new CRC32C();
    private final byte @Nullable [] content;
    private int done;

    private LargeEntry(ChunkFormat format, byte[] bytes, int at, boolean keepsContent) {
        this.format = format;
        key = ChunkFormat.key(bytes, at);
        kind = ChunkFormat.kind(bytes, at);
        lengthBytes = ChunkFormat.lengthBytes(bytes, at);
        expectedSum = ChunkFormat.entrySum(bytes, at);
        sum.update(bytes, at + 4, ChunkFormat.ENTRY_HEAD_BYTES - 4);
        content = keepsContent ? new byte[lengthBytes] : null;
    }

    /**
     * Begins with a chunk.
     *
     * @param at where the chunk begins
     * @param keepsContent whether the record is wanted, and not only its checksum
     * @return null if no large entry begins here
     */
    static @Nullable LargeEntry begin(ChunkFormat format, Head head, byte[] bytes, int at, boolean keepsContent) {
        int entry = at + ChunkFormat.HEAD_BYTES;
        if (!head.has(ChunkFormat.LARGE)
                || head.entriesBytes() != ChunkFormat.ENTRIES_BYTES
                || ChunkFormat.lengthBytes(bytes, entry) < ChunkFormat.ENTRIES_BYTES - ChunkFormat.ENTRY_HEAD_BYTES) {
            return null;
        }
        LargeEntry large = new LargeEntry(format, bytes, entry, keepsContent);
        large.add(bytes, entry + ChunkFormat.ENTRY_HEAD_BYTES, head.entriesBytes() - ChunkFormat.ENTRY_HEAD_BYTES);
        return large;
    }

    /** Goes on with a chunk; false if that cannot belong to it. */
    boolean goOn(Head head, byte[] bytes, int at) {
        if (!head.has(ChunkFormat.CONTINUED) || head.entriesBytes() > lengthBytes - done) {
            return false;
        }
        add(bytes, at + ChunkFormat.HEAD_BYTES, head.entriesBytes());
        return true;
    }

    private void add(byte[] bytes, int at, int count) {
        sum.update(bytes, at, count);
        if (content != null) {
            System.arraycopy(bytes, at, content, done, count);
        }
        done += count;
    }

    boolean isComplete() {
        return done == lengthBytes;
    }

    /** Whether the complete entry is what was written. */
    boolean isIntact() {
        return isComplete() && format.salted(sum) == expectedSum;
    }

    long key() {
        return key;
    }

    int kind() {
        return kind;
    }

    int lengthBytes() {
        return lengthBytes;
    }

    byte[] content() {
        if (content == null) {
            throw new IllegalStateException("The record was not kept");
        }
        return content;
    }
}
