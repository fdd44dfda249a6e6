package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.chronicle.ChunkFormat.Head;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Reads single records. What was read around the last one is kept, since the next one often stands behind it: what is
 * written does not change any more.
 */
final class RecordReader implements AutoCloseable {

    private static final int SMALL_WINDOW_BYTES = 8 << 10;

    private final SegmentFiles files;
    private final Segments segments;
    private final String store;
    private final ByteBuffer window = ByteBuffer.allocate(2 * ChunkFormat.CHUNK_BYTES);
    private @Nullable Segment segment;
    private @Nullable FileChannel channel;
    private long windowStart;

    RecordReader(SegmentFiles files, Segments segments, String store) {
        this.files = files;
        this.segments = segments;
        this.store = store;
        window.limit(0);
    }

    /**
     * Reads the record of a key.
     *
     * @throws StoreException if it was damaged since the store was opened
     */
    StoredRecord read(long key, long location) throws IOException {
        Segment from = segments.get(Location.ordinal(location));
        int offset = Location.offset(location);
        int at = load(from, offset, ChunkFormat.ENTRY_HEAD_BYTES);
        byte[] bytes = window.array();
        int length = ChunkFormat.lengthBytes(bytes, at);
        if (length > ChunkFormat.ENTRIES_BYTES - ChunkFormat.ENTRY_HEAD_BYTES) {
            return readLarge(key, from, offset);
        }
        int entryBytes = ChunkFormat.ENTRY_HEAD_BYTES + Math.max(0, length);
        at = load(from, offset, entryBytes);
        if (!from.format().isEntry(bytes, at, at + entryBytes) || ChunkFormat.key(bytes, at) != key) {
            throw damaged(key);
        }
        Payload content = Payload.copyOf(ByteBuffer.wrap(bytes, at + ChunkFormat.ENTRY_HEAD_BYTES, length));
        return new StoredRecord(key, ChunkFormat.kind(bytes, at), content);
    }

    /** Keeps nothing of a segment that is going to be deleted. */
    void leave(Segment dead) throws IOException {
        if (segment == dead) {
            close();
        }
    }

    /** Looks afresh at the newest segment: it has been written since. To be called also before another one becomes the newest. */
    void refresh() {
        if (segment != null && segment == segments.newest()) {
            window.limit(0);
        }
    }

    private StoredRecord readLarge(long key, Segment from, int offset) throws IOException {
        long chunk = (long) offset - ChunkFormat.HEAD_BYTES;
        try (SegmentWalk walk = SegmentWalk.openAtChunk(files, from.format(), from.file(), chunk)) {
            Head head = walk.next();
            LargeEntry entry =
                    head == null ? null : LargeEntry.begin(from.format(), head, walk.array(), walk.offset(), true);
            while (entry != null && !entry.isComplete()) {
                head = walk.next();
                if (head == null || !entry.goOn(head, walk.array(), walk.offset())) {
                    throw damaged(key);
                }
            }
            if (entry == null || !entry.isIntact() || entry.key() != key) {
                throw damaged(key);
            }
            return new StoredRecord(key, entry.kind(), Payload.wrap(entry.content()));
        }
    }

    private StoreException damaged(long key) {
        return new StoreException(
                "Record " + key + " of the store " + store
                        + " has been damaged while it was open: close and open the store, which sets it aside",
                (Throwable) null);
    }

    /** Makes sure that some bytes are in the window; where they begin there. */
    private int load(Segment from, long start, int lengthBytes) throws IOException {
        if (from != segment || start < windowStart || start + lengthBytes > windowStart + window.limit()) {
            boolean goesOn = from == segment && start >= windowStart && start - windowStart <= window.capacity();
            FileChannel open = open(from);
            window.clear().limit(goesOn ? window.capacity() : Math.max(lengthBytes, SMALL_WINDOW_BYTES));
            files.read(open, window, start);
            window.flip();
            windowStart = start;
            if (window.limit() < lengthBytes) {
                throw new IOException("the file " + from.file() + " has become shorter");
            }
        }
        return (int) (start - windowStart);
    }

    private FileChannel open(Segment from) throws IOException {
        FileChannel open = channel;
        if (from != segment || open == null) {
            close();
            open = files.openToRead(from.file());
            channel = open;
            segment = from;
        }
        return open;
    }

    @Override
    public void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        segment = null;
        window.limit(0);
        if (open != null) {
            open.close();
        }
    }
}
