package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.Iterator;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordIndexTest {

    private final RecordIndex index = new RecordIndex();
    private final TreeMap<Long, Long> expected = new TreeMap<>();

    @ParameterizedTest
    @ValueSource(ints = {10, 1000, 100_000, Integer.MAX_VALUE})
    void holdsWhatASortedMapHolds(int keys) {
        long seed = Long.getLong("aldis.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            int putsOfTen = random.nextInt(11);
            for (int i = 0; i < 5000; i++) {
                long key = random.nextInt(keys);
                if (random.nextInt(10) < putsOfTen) {
                    put(key, i);
                } else {
                    remove(key);
                }
            }
            compareFrom(0, seed);
            compareFrom(random.nextInt(keys), seed);
        }
    }

    @Test
    void aQueueMayRunThroughIt() {
        for (long key = 0; key < 100_000; key++) {
            put(key, key);
            if (key >= 1000) {
                remove(key - 1000);
            }
        }
        compareFrom(0, 0);
        assertEquals(1000, index.size());
    }

    @Test
    void findsWhatStandsInOneSegment() {
        for (int key = 0; key < 10_000; key++) {
            put(key, Location.of(key % 100, key, 1));
        }
        long[] keys = new long[200];
        long[] locations = new long[200];
        assertEquals(100, index.copyIn(7, keys, locations));
        for (int i = 0; i < 100; i++) {
            assertEquals(7 + 100L * i, keys[i]);
            assertEquals(index.get(keys[i]), locations[i]);
        }
        assertEquals(2, index.copyIn(7, new long[2], new long[2]), "as many as there is room for");
        assertEquals(0, index.copyIn(100, keys, locations));
    }

    /** What is not needed costs no memory: pages that are empty go, and those that are nearly so are put together. */
    @Test
    void pagesAreGivenBack() throws ReflectiveOperationException {
        for (long key = 0; key < 50_000; key++) {
            put(key, key);
        }
        for (long key = 0; key < 25_000; key++) {
            remove(key);
        }
        int half = pages();
        assertTrue(half <= 25_000 / IndexPage.CAPACITY + 2, () -> half + " pages");
        for (long key = 49_999; key >= 25_000; key--) {
            if (key % 100 != 0) {
                remove(key);
            }
        }
        compareFrom(0, 0);
        int few = pages();
        assertTrue(few <= 250 / (IndexPage.CAPACITY / 8) + 1, () -> few + " pages");
    }

    private int pages() throws ReflectiveOperationException {
        Field count = RecordIndex.class.getDeclaredField("count");
        count.setAccessible(true);
        return count.getInt(index);
    }

    @Test
    void theGreatestAndTheSmallestKeyAreKeysLikeOthers() {
        put(Long.MAX_VALUE, 1);
        put(0, 2);
        for (long key = 1; key < 10_000; key++) {
            put(Long.MAX_VALUE - key, key);
            put(key, key);
        }
        compareFrom(0, 0);
        compareFrom(Long.MAX_VALUE, 0);
        for (long key = 0; key < 10_000; key++) {
            remove(key);
            remove(Long.MAX_VALUE - key);
        }
        assertEquals(0, index.size());
        compareFrom(0, 0);
    }

    @Test
    void aLocationGivesBackWhatItWasMadeOf() {
        for (int ordinal : new int[] {0, 1, Location.LAST_ORDINAL}) {
            for (int offset : new int[] {0, 1, Location.OFFSET_LIMIT - 1}) {
                for (int size = 0; size >= 0; size = size * 9 / 8 + 1) {
                    long location = Location.of(ordinal, offset, size);
                    assertEquals(ordinal, Location.ordinal(location));
                    assertEquals(offset, Location.offset(location));
                    int about = Location.sizeBytes(location);
                    assertTrue(about <= size && about >= size - size / 8, about + " of " + size);
                    assertTrue(location != Location.NONE);
                }
            }
        }
    }

    private void put(long key, long location) {
        Long before = expected.put(key, location);
        assertEquals(before == null ? Location.NONE : before, index.put(key, location));
        assertEquals(location, index.get(key));
    }

    private void remove(long key) {
        Long before = expected.remove(key);
        assertEquals(before == null ? Location.NONE : before, index.remove(key));
        assertEquals(Location.NONE, index.get(key));
    }

    private void compareFrom(long from, long seed) {
        long[] keys = new long[7];
        long[] locations = new long[7];
        Iterator<Map.Entry<Long, Long>> entries =
                expected.tailMap(from).entrySet().iterator();
        long next = from;
        int count;
        do {
            count = index.copyFrom(next, keys.length, keys, locations);
            for (int i = 0; i < count; i++) {
                Map.Entry<Long, Long> entry = entries.next();
                assertEquals(entry.getKey(), keys[i], "seed " + seed);
                assertEquals(entry.getValue(), locations[i], "seed " + seed);
                next = keys[i] + 1;
            }
        } while (count == keys.length && next > 0);
        assertTrue(!entries.hasNext(), () -> "ends early, seed " + seed);
        assertEquals(expected.size(), index.size());
    }
}
