package dev.aldis.mqtt.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LatencyStatisticsTest {

    @Test
    void classesGrowWithTheDurationAndNoneIsLeftOut() {
        int last = -1;
        for (long nanos = 0; nanos < 100_000; nanos++) {
            int index = LatencyStatistics.classOf(nanos);
            assertTrue(index == last || index == last + 1, "class " + index + " of " + nanos + " follows " + last);
            last = index;
        }
        assertTrue(LatencyStatistics.classOf(Long.MAX_VALUE) < LatencyStatistics.CLASSES);
        assertEquals(0, LatencyStatistics.classOf(-5));
    }

    @Test
    void aPercentileIsTooLongByAQuarterAtMost() {
        for (long nanos = 1; nanos < 10_000_000_000L; nanos = nanos * 3 / 2 + 1) {
            long[] counts = new long[LatencyStatistics.CLASSES];
            counts[LatencyStatistics.classOf(nanos)] = 1;
            counts[LatencyStatistics.classOf(Long.MAX_VALUE)] = 1;
            long found = new LatencyStatistics(counts, 2 * nanos, Long.MAX_VALUE)
                    .percentile(0.5)
                    .toNanos();
            assertTrue(found >= nanos && found <= nanos + nanos / 4, found + " for " + nanos);
        }
    }

    @Test
    void whatWasNotCountedIsZero() {
        LatencyStatistics none = new LatencyStatistics(new long[LatencyStatistics.CLASSES], 0, 0);
        assertEquals(0, none.count());
        assertEquals(Duration.ZERO, none.mean());
        assertEquals(Duration.ZERO, none.percentile(0.99));
        assertThrows(IllegalArgumentException.class, () -> none.percentile(0));
        assertThrows(IllegalArgumentException.class, () -> none.percentile(1.1));
        assertThrows(IllegalArgumentException.class, () -> new LatencyStatistics(new long[3], 0, 0));
    }
}
