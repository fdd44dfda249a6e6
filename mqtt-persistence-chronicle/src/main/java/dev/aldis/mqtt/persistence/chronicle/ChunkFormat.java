package dev.aldis.mqtt.persistence.chronicle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * What stands in one excerpt of the queue: a chunk, which is a head of 32 bytes and entries. All numbers are little-endian.
 *
 * <pre>
 * head   0  magic (2 bytes), format version (1), flags (1)
 *        4  CRC32C of the rest of the head (4)
 *        8  bytes of entries behind the head (4)
 *       12  part: the number of this chunk in its group, from 0 (4)
 *       16  group: the number of the commit, one more with each (8)
 *       24  oldest segment that is still needed (8)
 *
 * entry  0  CRC32C of the rest of the entry (4)
 *        4  1 for a put, 2 for a removal (1)
 *        5  kind of the record (1)
 *        6  key (8)
 *       14  length of the record; of a removal, how many keys that follow this one are removed as well (4)
 *       18  record
 * </pre>
 *
 * A group is whole when its chunk with the flag {@link #COMMIT} and all before it are there. A record that is too large for
 * a chunk begins in one with the flag {@link #LARGE}, as its only entry, and goes on in chunks with {@link #CONTINUED}. The
 * head stays as it is in every later version, so that an older one knows what it does not know. Each checksum is mixed with a
 * random number that stands in the name of the queue's folder.
 */
final class ChunkFormat {

    static final int VERSION = 1;
    static final int HEAD_BYTES = 32;
    static final int ENTRY_HEAD_BYTES = 18;

    /** The most that goes into one chunk, head included; the queue would take twice as much. */
    static final int CHUNK_BYTES = 128 << 10;

    /** What fits into the chunk behind its head. */
    static final int ENTRIES_BYTES = CHUNK_BYTES - HEAD_BYTES;

    /** The last chunk of its group. */
    static final int COMMIT = 1;

    /** The group of this number, which stands before, counts for nothing. */
    static final int VOID = 2;

    static final int LARGE = 4;
    static final int CONTINUED = 8;

    static final int PUT = 1;
    static final int REMOVAL = 2;

    private static final short MAGIC = 0x514D;
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final CRC32C crc = new CRC32C();
    private final int salt;

    /**
     * The format of one queue.
     *
     * @param salt what all checksums are mixed with, so that no message can contain what looks like a chunk
     */
    ChunkFormat(long salt) {
        this.salt = Long.hashCode(salt);
    }

    /** The head of a chunk. */
    record Head(int version, int flags, int entriesBytes, int part, long group, long oldestSegment) {

        boolean has(int flag) {
            return (flags & flag) != 0;
        }
    }

    void writeHead(byte[] chunk, Head head) {
        SHORT.set(chunk, 0, MAGIC);
        chunk[2] = (byte) head.version();
        chunk[3] = (byte) head.flags();
        INT.set(chunk, 8, head.entriesBytes());
        INT.set(chunk, 12, head.part());
        LONG.set(chunk, 16, head.group());
        LONG.set(chunk, 24, head.oldestSegment());
        INT.set(chunk, 4, headSum(chunk, 0));
    }

    /** Whether a head that is whole begins here. */
    boolean isHead(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at) == MAGIC && (int) INT.get(bytes, at + 4) == headSum(bytes, at);
    }

    Head readHead(byte[] bytes, int at) {
        return new Head(
                bytes[at + 2] & 0xFF,
                bytes[at + 3] & 0xFF,
                (int) INT.get(bytes, at + 8),
                (int) INT.get(bytes, at + 12),
                (long) LONG.get(bytes, at + 16),
                (long) LONG.get(bytes, at + 24));
    }

    private int headSum(byte[] bytes, int at) {
        crc.reset();
        crc.update(bytes, at, 4);
        crc.update(bytes, at + 8, HEAD_BYTES - 8);
        return salted(crc);
    }

    /** Writes the head of a put, to be sealed when its record stands behind it. */
    static void writePut(byte[] chunk, int at, long key, int kind, int lengthBytes) {
        writeFields(chunk, at, PUT, kind, key);
        INT.set(chunk, at + 14, lengthBytes);
    }

    /** Writes the checksum of an entry that stands in one piece. */
    void seal(byte[] chunk, int at) {
        INT.set(chunk, at, sum(chunk, at + 4, entryBytes(chunk, at) - 4));
    }

    /** Writes the checksum of an entry whose record stands elsewhere. */
    void seal(byte[] chunk, int at, ByteBuffer record) {
        crc.reset();
        crc.update(chunk, at + 4, ENTRY_HEAD_BYTES - 4);
        crc.update(record);
        INT.set(chunk, at, salted(crc));
    }

    /**
     * Writes a removal.
     *
     * @param further how many keys behind this one are removed as well
     */
    void writeRemoval(byte[] chunk, int at, long key, int further) {
        writeFields(chunk, at, REMOVAL, 0, key);
        INT.set(chunk, at + 14, further);
        seal(chunk, at);
    }

    private static void writeFields(byte[] chunk, int at, int type, int kind, long key) {
        chunk[at + 4] = (byte) type;
        chunk[at + 5] = (byte) kind;
        LONG.set(chunk, at + 6, key);
    }

    static int entrySum(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static boolean isPut(byte[] bytes, int at) {
        return bytes[at + 4] == PUT;
    }

    static int kind(byte[] bytes, int at) {
        return bytes[at + 5] & 0xFF;
    }

    static long key(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at + 6);
    }

    /** As it stands there; may be nonsense in a damaged file. */
    static int lengthBytes(byte[] bytes, int at) {
        return (int) INT.get(bytes, at + 14);
    }

    /** The length of an entry, head included, as it stands there; may be nonsense in a damaged file. */
    static int entryBytes(byte[] bytes, int at) {
        return ENTRY_HEAD_BYTES + (isPut(bytes, at) ? lengthBytes(bytes, at) : 0);
    }

    /** Whether an entry of the length that stands here, intact or not, ends before a limit. */
    static boolean hasRoomForEntry(byte[] bytes, int at, int limit) {
        if (limit - at < ENTRY_HEAD_BYTES) {
            return false;
        }
        int length = entryBytes(bytes, at);
        return length >= ENTRY_HEAD_BYTES && length <= limit - at;
    }

    /** Whether an intact entry begins here and ends before a limit. */
    boolean isEntry(byte[] bytes, int at, int limit) {
        return hasRoomForEntry(bytes, at, limit)
                && entrySum(bytes, at) == sum(bytes, at + 4, entryBytes(bytes, at) - 4)
                && (bytes[at + 4] == PUT || bytes[at + 4] == REMOVAL)
                && key(bytes, at) >= 0;
    }

    /** Whether all of a chunk, whose head is whole, has been written; what is written is seen from its beginning to its end. */
    boolean isWritten(byte[] bytes, int at) {
        Head head = readHead(bytes, at);
        int next = at + HEAD_BYTES;
        int limit = next + head.entriesBytes();
        if (head.has(LARGE) || head.has(CONTINUED)) {
            // What belongs to the whole record is checked with it; here an end that is not there yet is told.
            return limit - next >= Long.BYTES && (long) LONG.get(bytes, limit - Long.BYTES) != 0;
        }
        while (next < limit) {
            if (!isEntry(bytes, next, limit)) {
                return false;
            }
            next += entryBytes(bytes, next);
        }
        return true;
    }

    /** The checksum of what a sum has been made of. */
    int salted(CRC32C sum) {
        return (int) sum.getValue() ^ salt;
    }

    private int sum(byte[] bytes, int at, int lengthBytes) {
        crc.reset();
        crc.update(bytes, at, lengthBytes);
        return salted(crc);
    }
}
