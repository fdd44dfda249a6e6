package dev.aldis.mqtt.persistence.chronicle;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * After how much a segment is full. To begin a file takes a millisecond or two, in which nothing is stored; so who fills one
 * in less than a second gets the next one twice as large, up to four times, and who writes slowly keeps to small files.
 */
final class SegmentSize {

    private static final int MOST_TIMES = 4;
    private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final int leastBytes;
    private final LongSupplier nanoTime;
    private int bytes;
    private long begunNanos;

    /**
     * The size of the first segment.
     *
     * @param leastBytes when a segment that is written slowly is full
     * @param nanoTime as {@link System#nanoTime()}
     */
    SegmentSize(int leastBytes, LongSupplier nanoTime) {
        this.leastBytes = leastBytes;
        this.nanoTime = nanoTime;
        this.bytes = leastBytes;
        this.begunNanos = nanoTime.getAsLong();
    }

    boolean isFullAt(long position) {
        return position > bytes;
    }

    /** A segment was full, and the next one begins. */
    void next() {
        long now = nanoTime.getAsLong();
        bytes = now - begunNanos < SOON_NANOS ? Math.min(2 * bytes, MOST_TIMES * leastBytes) : leastBytes;
        begunNanos = now;
    }

    /** Nothing more is going to fill segments. */
    void least() {
        bytes = leastBytes;
    }
}
