package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.persistence.chronicle.ChunkFormat.Head;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chunks of a segment one after the other, straight from the file. Chronicle's own reader stops at the first hole
 * and trusts the lengths that it finds. In front of each excerpt stand four bytes: its length, and two bits that say that
 * it is not complete, and that it is Chronicle's own.
 *
 * <p>Where no excerpt can be made out although something follows, the walk goes on at the next chunk that it finds. What a
 * message contains cannot be taken for a chunk, since the checksums begin with a number that nobody outside knows.
 */
final class SegmentWalk implements AutoCloseable {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int PREFIX_BYTES = 4;
    private static final int INCOMPLETE = 0x80000000;
    private static final int CHRONICLES_OWN = 0x40000000;
    private static final int END_OF_FILE = INCOMPLETE | CHRONICLES_OWN;
    private static final int LENGTH = 0x3FFFFFFF;
    private static final int WINDOW_BYTES = 2 * ChunkFormat.CHUNK_BYTES;
    private static final byte[] ZEROS = new byte[8 << 10];

    private final SegmentFiles files;
    private final ChunkFormat format;
    private final FileChannel channel;
    private final long size;

    /** A part of the file. */
    private final byte[] window = new byte[WINDOW_BYTES];

    private long windowStart;
    private int windowBytes;

    /** Where the next prefix is expected. */
    private long next;

    /** The file offset of the current chunk, and its place in the window. */
    private long position;

    private int offset;
    private @Nullable Head head;
    private @Nullable String damage;

    private SegmentWalk(SegmentFiles files, ChunkFormat format, FileChannel channel, long start) throws IOException {
        this.files = files;
        this.format = format;
        this.channel = channel;
        this.size = channel.size();
        this.next = start;
    }

    static SegmentWalk open(SegmentFiles files, ChunkFormat format, Path file) throws IOException {
        return at(files, format, file, 0);
    }

    /** Begins with the chunk at an offset of the file. */
    static SegmentWalk openAtChunk(SegmentFiles files, ChunkFormat format, Path file, long chunk) throws IOException {
        return at(files, format, file, chunk - PREFIX_BYTES);
    }

    private static SegmentWalk at(SegmentFiles files, ChunkFormat format, Path file, long start) throws IOException {
        FileChannel channel = files.openToRead(file);
        try {
            return new SegmentWalk(files, format, channel, start);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Goes to the next chunk. {@link #takeDamage()} says what was passed over.
     *
     * @return its head; null at the end
     */
    @Nullable
    Head next() throws IOException {
        while (load(next, PREFIX_BYTES)) {
            int prefix = (int) INT.get(window, at(next));
            if ((prefix & INCOMPLETE) != 0) {
                return isPlausibleEnd(prefix) ? null : resynchronize();
            }
            if (prefix == 0) {
                return withoutLength();
            }
            int length = prefix & LENGTH;
            long end = next + PREFIX_BYTES + length;
            if (length == 0 || end > size) {
                return resynchronize();
            }
            if ((prefix & CHRONICLES_OWN) == 0) {
                return chunkAt(next + PREFIX_BYTES, length) ? head : resynchronize();
            }
            next = aligned(end);
        }
        return null;
    }

    /** The mark at the end, or an excerpt that was being written when the process ended. */
    private boolean isPlausibleEnd(int prefix) {
        return prefix == END_OF_FILE || (prefix & LENGTH) <= ChunkFormat.CHUNK_BYTES * 2;
    }

    /**
     * Where no length stands. Chronicle writes it last, so a process that was killed while it wrote a chunk has left this: no
     * length, the beginning of the chunk, and nothing behind it. That is the end and no damage, since nobody was told that the
     * chunk is stored; when it is whole, it counts.
     */
    private @Nullable Head withoutLength() throws IOException {
        long start = next + PREFIX_BYTES;
        long entries = start + ChunkFormat.HEAD_BYTES;
        if (!load(start, ChunkFormat.HEAD_BYTES)) {
            return resynchronize();
        }
        int entriesBytes = 0;
        boolean headWritten = format.isHead(window, at(start));
        if (headWritten) {
            entriesBytes = format.readHead(window, at(start)).entriesBytes();
        }
        if (entriesBytes < 0 || entriesBytes > ChunkFormat.ENTRIES_BYTES || !isZeroFrom(entries + entriesBytes)) {
            return resynchronize();
        }
        int lengthBytes = ChunkFormat.HEAD_BYTES + entriesBytes;
        if (headWritten
                && load(start, lengthBytes)
                && format.isWritten(window, at(start))
                && chunkAt(start, lengthBytes)) {
            return head;
        }
        next = size;
        return null;
    }

    /** Whether a chunk of this length begins here; goes to it if so. */
    private boolean chunkAt(long start, int lengthBytes) throws IOException {
        if (lengthBytes < ChunkFormat.HEAD_BYTES
                || lengthBytes > ChunkFormat.CHUNK_BYTES
                || !load(start, lengthBytes)
                || !format.isHead(window, at(start))) {
            return false;
        }
        Head found = format.readHead(window, at(start));
        if (found.version() == ChunkFormat.VERSION && found.entriesBytes() != lengthBytes - ChunkFormat.HEAD_BYTES) {
            return false;
        }
        position = start;
        offset = at(start);
        head = found;
        next = aligned(start + lengthBytes);
        return true;
    }

    private @Nullable Head resynchronize() throws IOException {
        long from = next;
        long start = nextWritten(aligned(next));
        while (load(start, ChunkFormat.HEAD_BYTES)) {
            if (format.isHead(window, at(start))) {
                int entriesBytes = format.readHead(window, at(start)).entriesBytes();
                if (entriesBytes >= 0
                        && entriesBytes <= ChunkFormat.ENTRIES_BYTES
                        && chunkAt(start, ChunkFormat.HEAD_BYTES + entriesBytes)) {
                    damage = "what lies between the bytes " + from + " and " + start + " cannot be read";
                    return head;
                }
            }
            start = nextWritten(start + 4);
        }
        next = size;
        if (!isZeroFrom(from)) {
            damage = "what lies behind the byte " + from + " cannot be read";
        }
        return null;
    }

    /** The next multiple of four from this one on where not all is zero, and so a chunk may begin. */
    private long nextWritten(long start) throws IOException {
        return firstNonZero(start) & ~3L;
    }

    private boolean isZeroFrom(long start) throws IOException {
        return firstNonZero(start) >= size;
    }

    /** Not byte by byte: what was reserved and not written may be a megabyte. */
    private long firstNonZero(long start) throws IOException {
        long zeroUpTo = start;
        while (load(zeroUpTo, 1)) {
            int first = at(zeroUpTo);
            int length = (int) Math.min(Math.min(windowBytes - first, size - zeroUpTo), ZEROS.length);
            int different = Arrays.mismatch(window, first, first + length, ZEROS, 0, length);
            if (different >= 0) {
                return zeroUpTo + different;
            }
            zeroUpTo += length;
        }
        return Math.max(size, start);
    }

    private boolean load(long start, int lengthBytes) throws IOException {
        if (start >= windowStart && start + lengthBytes <= windowStart + windowBytes) {
            return true;
        }
        ByteBuffer target = ByteBuffer.wrap(window);
        files.read(channel, target, start);
        windowStart = start;
        windowBytes = target.position();
        return windowBytes >= lengthBytes;
    }

    private int at(long filePosition) {
        return (int) (filePosition - windowStart);
    }

    private static long aligned(long position) {
        return (position + 3) & ~3L;
    }

    /** Where the last chunk ended. */
    long end() {
        return head == null ? 0 : position + ChunkFormat.HEAD_BYTES + head.entriesBytes();
    }

    /** What was passed over on the way to the current chunk or the end; null if nothing. Said once. */
    @Nullable
    String takeDamage() {
        String said = damage;
        damage = null;
        return said;
    }

    /** The current chunk is at {@link #offset()} in this array. */
    byte[] array() {
        return window;
    }

    int offset() {
        return offset;
    }

    /** Where in the file the current chunk begins. */
    long position() {
        return position;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
