package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.persistence.chronicle.ChunkFormat.Head;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes the changes of one group after the other as chunks. A group never goes on in another segment, so that a segment
 * can be deleted without a thought for its neighbours.
 */
final class GroupWriter {

    private static final int NO_REMOVAL = -1;

    private final byte[] chunk = new byte[ChunkFormat.CHUNK_BYTES];
    private final PendingChanges pending = new PendingChanges();

    /** The next byte of the chunk to write to. */
    private int end = ChunkFormat.HEAD_BYTES;

    /** The first of the pending changes that stand in this chunk, and are not in the file yet. */
    private int firstInChunk;

    /** Where in the chunk a removal stands that more keys may be added to. */
    private int removal = NO_REMOVAL;

    private long firstRemoved;
    private long lastRemoved;

    private int part;
    private long bytesWritten;

    /** Where the chunks go, and what their heads say. */
    record Target(QueueWriter queue, int ordinal, long group, int oldestSegment) {

        ChunkFormat format() {
            return queue.format();
        }
    }

    /** The changes of the group so far. */
    PendingChanges pending() {
        return pending;
    }

    /** How many bytes the group has so far. */
    long sizeBytes() {
        return bytesWritten + end - ChunkFormat.HEAD_BYTES;
    }

    /**
     * Adds a put.
     *
     * @param record from position to limit; copied, not moved
     */
    void put(Target target, long key, int kind, ByteBuffer record) throws IOException {
        endRemoval(target);
        int length = record.remaining();
        int entryBytes = ChunkFormat.ENTRY_HEAD_BYTES + length;
        if (entryBytes > ChunkFormat.ENTRIES_BYTES) {
            putLarge(target, key, kind, record.duplicate());
            return;
        }
        makeRoom(target, entryBytes);
        ChunkFormat.writePut(chunk, end, key, kind, length);
        record.get(record.position(), chunk, end + ChunkFormat.ENTRY_HEAD_BYTES, length);
        target.format().seal(chunk, end);
        pending.add(key, Location.of(0, end, entryBytes));
        end += entryBytes;
    }

    void remove(Target target, long key) throws IOException {
        if (removal == NO_REMOVAL || key != lastRemoved + 1) {
            endRemoval(target);
            makeRoom(target, ChunkFormat.ENTRY_HEAD_BYTES);
            removal = end;
            firstRemoved = key;
            end += ChunkFormat.ENTRY_HEAD_BYTES;
        }
        lastRemoved = key;
        pending.add(key, Location.NONE);
    }

    /** Writes the removal of keys that follow each other, once it is known how many they are. */
    private void endRemoval(Target target) {
        if (removal != NO_REMOVAL) {
            target.format().writeRemoval(chunk, removal, firstRemoved, (int) (lastRemoved - firstRemoved));
            removal = NO_REMOVAL;
        }
    }

    private void makeRoom(Target target, int entryBytes) throws IOException {
        if (entryBytes > ChunkFormat.CHUNK_BYTES - end) {
            write(target, 0);
        }
    }

    private void putLarge(Target target, long key, int kind, ByteBuffer record) throws IOException {
        if (end > ChunkFormat.HEAD_BYTES) {
            write(target, 0);
        }
        ChunkFormat.writePut(chunk, end, key, kind, record.remaining());
        target.format().seal(chunk, end, record.duplicate());
        pending.add(key, Location.of(0, end, ChunkFormat.ENTRY_HEAD_BYTES + record.remaining()));
        end += ChunkFormat.ENTRY_HEAD_BYTES;
        int flags = ChunkFormat.LARGE;
        while (record.hasRemaining()) {
            int piece = Math.min(record.remaining(), ChunkFormat.CHUNK_BYTES - end);
            record.get(chunk, end, piece);
            end += piece;
            write(target, flags);
            flags = ChunkFormat.CONTINUED;
        }
    }

    /** Writes what is left of the group, which is whole then. */
    void finish(Target target) throws IOException {
        write(target, ChunkFormat.COMMIT);
    }

    /** Writes that the group of this number, which stands in an earlier segment, counts for nothing. */
    void writeVoid(Target target) throws IOException {
        clear();
        write(target, ChunkFormat.VOID);
        clear();
    }

    private void write(Target target, int flags) throws IOException {
        QueueWriter queue = target.queue();
        endRemoval(target);
        if (queue.position() > Location.OFFSET_LIMIT - 2L * ChunkFormat.CHUNK_BYTES) {
            throw new IOException("what is to be stored at once is larger than " + Location.OFFSET_LIMIT + " bytes");
        }
        int entriesBytes = end - ChunkFormat.HEAD_BYTES;
        target.format()
                .writeHead(
                        chunk,
                        new Head(
                                ChunkFormat.VERSION,
                                flags,
                                entriesBytes,
                                part,
                                target.group(),
                                target.oldestSegment()));
        long start = queue.write(chunk, end);
        locateFrom(target.ordinal(), start);
        part++;
        bytesWritten += end;
        end = ChunkFormat.HEAD_BYTES;
    }

    private void locateFrom(int ordinal, long start) {
        for (int i = firstInChunk; i < pending.size(); i++) {
            long inChunk = pending.location(i);
            if (inChunk != Location.NONE) {
                long sized = Location.of(ordinal, start + Location.offset(inChunk), 0);
                pending.setLocation(i, sized | (inChunk & Location.SIZE_MASK));
            }
        }
        firstInChunk = pending.size();
    }

    /** Forgets the group. */
    void clear() {
        pending.clear();
        removal = NO_REMOVAL;
        end = ChunkFormat.HEAD_BYTES;
        firstInChunk = 0;
        part = 0;
        bytesWritten = 0;
    }
}
