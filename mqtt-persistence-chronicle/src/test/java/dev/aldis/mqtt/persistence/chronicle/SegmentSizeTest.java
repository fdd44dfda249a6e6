package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SegmentSizeTest {

    private long now = Long.MAX_VALUE - 1;
    private final SegmentSize size = new SegmentSize(100, () -> now);

    @Test
    void isWhatWasAskedForAtFirst() {
        assertFull(100);
    }

    @Test
    void doublesUpToFourTimesWhileSegmentsFillInLessThanASecond() {
        fillIn(999);
        assertFull(200);
        fillIn(999);
        assertFull(400);
        fillIn(999);
        assertFull(400);
    }

    @Test
    void isSmallAgainAfterASegmentThatTookASecond() {
        fillIn(0);
        fillIn(0);
        fillIn(1000);
        assertFull(100);
    }

    @Test
    void isSmallAgainAtTheEnd() {
        fillIn(0);
        size.least();
        assertFull(100);
    }

    private void fillIn(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
        size.next();
    }

    private void assertFull(long bytes) {
        assertFalse(size.isFullAt(bytes));
        assertTrue(size.isFullAt(bytes + 1));
    }
}
