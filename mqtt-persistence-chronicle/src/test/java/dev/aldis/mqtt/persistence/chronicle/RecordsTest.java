package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is live, where it stands, and how much it is: a segment goes only when nothing in it is live. */
class RecordsTest {

    private final Records records = new Records();
    private final Segments segments = records.segments();
    private final Segment first = segments.add(4, Path.of("four"), new ChunkFormat(1));
    private final Segment second = segments.add(7, Path.of("seven"), new ChunkFormat(1));

    @Test
    void theLatestPutOfAKeyIsLive() {
        apply(1, Location.of(0, 100, 40));
        apply(2, Location.of(0, 140, 20));
        assertLive(first, 2, 60);
        apply(1, Location.of(1, 100, 80));
        assertLive(first, 1, 20);
        assertLive(second, 1, 80);
        assertEquals(100, segments.liveBytes());
        assertTrue(records.isLiveAt(1, Location.of(1, 100, 0)), "whatever its size");
        assertFalse(records.isLiveAt(1, Location.of(0, 100, 40)));
        assertFalse(records.isLiveAt(3, Location.of(1, 100, 0)));
    }

    @Test
    void aKeyThatIsRemovedIsNotLive() {
        apply(1, Location.of(0, 100, 40));
        apply(1, Location.NONE);
        apply(2, Location.NONE);
        assertLive(first, 0, 0);
        assertEquals(0, segments.liveBytes());
        assertEquals(0, records.index().size());
        assertFalse(first.hasLiveRecords());
        records.forget(1);
        assertLive(first, 0, 0);
    }

    @Test
    void allChangesOfAGroupAreAppliedInTheirOrder() {
        PendingChanges changes = new PendingChanges();
        for (int key = 0; key < 200; key++) {
            changes.add(key, Location.of(0, 100 + key, 16));
        }
        for (int key = 0; key < 200; key += 2) {
            changes.add(key, Location.NONE);
        }
        records.apply(changes);
        assertLive(first, 100, 1600);
        assertEquals(Location.of(0, 101, 16), records.index().get(1));
        changes.clear();
        assertEquals(0, changes.size());
        records.apply(changes);
        assertLive(first, 100, 1600);
    }

    @Test
    void fewRecordsAreFewAndSmall() {
        for (int key = 0; key < 64; key++) {
            first.addLive(1024);
        }
        assertTrue(first.hasFewLiveRecords());
        first.addLive(1);
        assertFalse(first.hasFewLiveRecords(), "65 records");
        first.removeLive(1024);
        assertTrue(first.hasFewLiveRecords());
        first.removeLive(1);
        first.addLive(1025);
        assertFalse(first.hasFewLiveRecords(), "more than 64 KiB");
    }

    @Test
    void theSizeOfAllIsTheSumOfTheirSizes() {
        assertFalse(segments.isEmpty());
        segments.resizeNewest(100);
        segments.resizeNewest(300);
        assertEquals(300, segments.sizeBytes());
        Segment third = segments.add(8, Path.of("eight"), new ChunkFormat(1));
        segments.resizeNewest(50);
        assertEquals(350, segments.sizeBytes());
        assertEquals(List.of(first, second, third), segments.all());
        segments.removeOldest();
        assertEquals(350, segments.sizeBytes(), "it had no size");
        segments.removeOldest();
        assertEquals(50, segments.sizeBytes());
        assertSame(third, segments.oldest());
        segments.removeNewest();
        assertEquals(0, segments.sizeBytes());
        assertTrue(segments.isEmpty());
    }

    @Test
    void anOrdinalStaysWithItsSegment() {
        segments.removeOldest();
        assertSame(second, segments.get(1));
        assertEquals(7, second.number());
        Segment third = segments.add(8, Path.of("eight"), new ChunkFormat(1));
        assertEquals(2, third.ordinal());
        assertSame(third, segments.get(2));
    }

    private void apply(long key, long location) {
        PendingChanges changes = new PendingChanges();
        changes.add(key, location);
        records.apply(changes);
    }

    private static void assertLive(Segment segment, int liveRecords, long liveBytes) {
        assertEquals(liveRecords, segment.liveRecords());
        assertEquals(liveBytes, segment.liveBytes());
        assertEquals(liveRecords > 0, segment.hasLiveRecords());
    }
}
