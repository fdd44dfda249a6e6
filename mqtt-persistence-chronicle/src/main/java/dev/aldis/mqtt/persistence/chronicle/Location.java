package dev.aldis.mqtt.persistence.chronicle;

/**
 * Where the latest put of a key stands, in one long: the ordinal of its segment (26 bits), the offset in the file (30 bits)
 * and its size, rounded down by an eighth at most (8 bits).
 */
final class Location {

    /** No location; the segment that it would name is never made. */
    static final long NONE = -1;

    static final int LAST_ORDINAL = (1 << 26) - 2;

    /** How far into a file an entry may begin. */
    static final int OFFSET_LIMIT = 1 << 30;

    /** The bits of a location that say its size. */
    static final long SIZE_MASK = 0xFF;

    private static final int SIZE_BITS = 8;
    private static final int OFFSET_BITS = 30;

    private Location() {}

    static long of(int ordinal, long offset, int sizeBytes) {
        return (long) ordinal << (OFFSET_BITS + SIZE_BITS) | offset << SIZE_BITS | sizeClass(sizeBytes);
    }

    static int ordinal(long location) {
        return (int) (location >>> (OFFSET_BITS + SIZE_BITS));
    }

    static int offset(long location) {
        return (int) (location >>> SIZE_BITS) & (OFFSET_LIMIT - 1);
    }

    /** At most the size that the location was made with, and more than seven eighths of it. */
    static int sizeBytes(long location) {
        int sizeClass = (int) location & 0xFF;
        return sizeClass < 8 ? sizeClass : (8 | (sizeClass & 7)) << ((sizeClass >>> 3) - 1);
    }

    private static int sizeClass(int sizeBytes) {
        if (sizeBytes < 8) {
            return sizeBytes;
        }
        int exponent = 31 - Integer.numberOfLeadingZeros(sizeBytes);
        return (exponent - 2) << 3 | (sizeBytes >>> (exponent - 3) & 7);
    }
}
