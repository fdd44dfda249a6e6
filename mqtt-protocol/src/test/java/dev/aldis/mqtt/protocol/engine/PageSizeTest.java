package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageSizeTest {

    private static final int MEBIBYTE = 1 << 20;

    private final PageSize size = new PageSize(1_000);

    private static List<StoredRecord> page(int records, int bytesEach) {
        return Collections.nCopies(records, new StoredRecord(1, 1, Payload.copyOf(new byte[bytesEach])));
    }

    @Test
    void itBeginsWith64OrLessWhereLessIsTheMost() {
        assertEquals(64, size.records());
        assertEquals(3, new PageSize(3).records());
    }

    @Test
    void fullPagesOfSmallRecordsAreFollowedByLargerOnesUpToTheMost() {
        assertTrue(size.took(page(64, 10)));
        assertEquals(128, size.records());
        for (int i = 0; i < 4; i++) {
            assertTrue(size.took(page(size.records(), 10)));
        }
        assertEquals(1_000, size.records());
    }

    @Test
    void aPageThatIsNotFullIsTheLastAndTeachesNothingAboutSmallRecords() {
        assertFalse(size.took(page(63, 10)));
        assertEquals(64, size.records());
    }

    @Test
    void aPageLargerThanAMebibyteIsFollowedBySmallerOnes() {
        assertTrue(size.took(page(64, MEBIBYTE / 16)));
        assertEquals(16, size.records());
        assertTrue(size.took(page(16, MEBIBYTE)));
        assertEquals(1, size.records());
        assertTrue(size.took(page(1, 10 * MEBIBYTE)));
        assertEquals(1, size.records());
    }

    @Test
    void aPageOfAsMuchAsIsWantedChangesNothing() {
        assertFalse(size.took(page(16, MEBIBYTE / 16)));
        assertEquals(64, size.records());
        assertTrue(size.took(page(64, MEBIBYTE / 128)));
        assertEquals(64, size.records());
        assertTrue(size.took(page(64, MEBIBYTE / 128 - 1)));
        assertEquals(128, size.records());
    }
}
