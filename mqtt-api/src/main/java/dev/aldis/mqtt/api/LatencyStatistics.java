package dev.aldis.mqtt.api;

import java.time.Duration;
import java.util.Arrays;

/**
 * How long something took, counted in classes of which each is at most a quarter wider than the one before. Immutable.
 */
public final class LatencyStatistics {

    /** How many classes there are: four for each power of two. */
    public static final int CLASSES = 4 * 64;

    private final long[] counts;
    private final long totalNanos;
    private final long maximumNanos;

    /**
     * Statistics of these counts.
     *
     * @param counts how often each class occurred, {@link #CLASSES} numbers; copied
     * @param totalNanos the sum of all durations
     * @param maximumNanos the longest
     * @throws IllegalArgumentException if there are not as many counts as classes
     */
    public LatencyStatistics(long[] counts, long totalNanos, long maximumNanos) {
        if (counts.length != CLASSES) {
            throw new IllegalArgumentException(counts.length + " counts were given, there are " + CLASSES + " classes");
        }
        this.counts = counts.clone();
        this.totalNanos = totalNanos;
        this.maximumNanos = maximumNanos;
    }

    /**
     * The class that a duration belongs to.
     *
     * @param nanos a duration; less than zero counts as zero
     * @return 0 to {@link #CLASSES} - 1
     */
    public static int classOf(long nanos) {
        if (nanos < 4) {
            return (int) Math.max(0, nanos);
        }
        int log = 63 - Long.numberOfLeadingZeros(nanos);
        return 4 * log - 4 + (int) (nanos >>> (log - 2) & 3);
    }

    /** The longest duration of a class. */
    private static long upperNanos(int index) {
        if (index < 4) {
            return index;
        }
        int log = index / 4 + 1;
        long lower = (4L + index % 4) << (log - 2);
        return lower + (1L << (log - 2)) - 1;
    }

    /**
     * How many durations were counted.
     *
     * @return 0 or more
     */
    public long count() {
        return Arrays.stream(counts).sum();
    }

    /**
     * The mean.
     *
     * @return zero if nothing was counted
     */
    public Duration mean() {
        long count = count();
        return count == 0 ? Duration.ZERO : Duration.ofNanos(totalNanos / count);
    }

    /**
     * The longest duration.
     *
     * @return zero if nothing was counted
     */
    public Duration maximum() {
        return Duration.ofNanos(maximumNanos);
    }

    /**
     * The sum of all durations.
     *
     * @return zero if nothing was counted
     */
    public Duration total() {
        return Duration.ofNanos(totalNanos);
    }

    /**
     * The duration that a part of all did not exceed; too long by a quarter at most.
     *
     * @param part more than 0, at most 1; 0.99 for the 99th percentile
     * @return zero if nothing was counted
     * @throws IllegalArgumentException if out of range
     */
    public Duration percentile(double part) {
        if (!(part > 0 && part <= 1)) {
            throw new IllegalArgumentException("Part " + part + " is out of range: use more than 0, at most 1");
        }
        long wanted = (long) Math.ceil(part * count());
        long seen = 0;
        for (int i = 0; i < CLASSES; i++) {
            seen += counts[i];
            if (counts[i] > 0 && seen >= wanted) {
                return Duration.ofNanos(Math.min(upperNanos(i), maximumNanos));
            }
        }
        return Duration.ZERO;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LatencyStatistics that
                && totalNanos == that.totalNanos
                && maximumNanos == that.maximumNanos
                && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts) * 31 + Long.hashCode(totalNanos);
    }

    @Override
    public String toString() {
        return "LatencyStatistics[count=" + count() + ", mean=" + mean()
                + (count() == 0 ? "" : ", p99=" + percentile(0.99)) + ", maximum=" + maximum() + "]";
    }
}
