package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexPageTest {

    /** What is in use stands at the end of the page after a queue has run through it, and there is no space behind. */
    @ParameterizedTest
    @ValueSource(ints = {1, 6, 128, 250})
    void aPageTakesTheNextOneWhereverItsOwnKeysStand(int left) {
        IndexPage page = filled(0);
        assertTrue(page.isFull());
        for (int i = left; i < IndexPage.CAPACITY; i++) {
            page.remove(0);
        }
        IndexPage next = filled(IndexPage.CAPACITY);
        while (left + next.size() > IndexPage.CAPACITY) {
            next.remove(next.size() - 1);
        }
        int size = left + next.size();
        page.append(next);
        assertEquals(size, page.size());
        for (int i = 0; i < size; i++) {
            long key = (long) IndexPage.CAPACITY - left + i;
            assertEquals(key, page.key(i));
            assertEquals(1_000 + key, page.location(i));
            assertEquals(i, page.find(key));
        }
    }

    private static IndexPage filled(long firstKey) {
        IndexPage page = new IndexPage();
        for (int i = 0; i < IndexPage.CAPACITY; i++) {
            page.insert(i, firstKey + i, 1_000 + firstKey + i);
        }
        return page;
    }
}
