package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.Page;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every record that can be read is visited, whatever is wrong with others, and each page is named whose records a lookup misses. */
class RecordWalkTest {

    /** Enough for pages above pages above pages. */
    private static final int RECORDS = 3_000;

    @TempDir
    Path folder;

    private OpenFile file;
    private MVMap<Long, byte[]> records;
    private final List<Long> keys = new ArrayList<>();
    private final Map<Long, String> badPages = new LinkedHashMap<>();

    @BeforeEach
    void fill() {
        Path data = folder.resolve("client.mv.db");
        FileAccess.PLAIN.create(data);
        file = FileAccess.PLAIN.open(data);
        records = file.records();
        records.remove(OpenFile.FIRST_KEY);
        for (long key = 0; key < RECORDS; key++) {
            records.put(key, new byte[1]);
        }
        records.put(Long.MAX_VALUE, new byte[1]);
        file.store().commit();
    }

    @AfterEach
    void close() {
        file.store().closeImmediately();
    }

    private void walk() {
        RecordWalk.walk(() -> records, new RecordWalk.Visitor() {
            @Override
            public void record(long key, byte[] bytes, long page) {
                keys.add(key);
            }

            @Override
            public void badPage(long page, String reason) {
                badPages.put(page, reason);
            }
        });
    }

    private static List<Long> all() {
        return LongStream.concat(LongStream.range(0, RECORDS), LongStream.of(Long.MAX_VALUE))
                .boxed()
                .toList();
    }

    /** A page that is in the middle of the map and has pages below that have records. */
    private Page<Long, byte[]> middle() {
        Page<Long, byte[]> root = records.getRootPage();
        assertFalse(root.isLeaf());
        Page<Long, byte[]> middle = root.getChildPage(1);
        assertFalse(middle.isLeaf(), "three levels");
        return middle;
    }

    @Test
    void allRecordsOfAWholeMapAreVisitedInTheOrderOfTheirKeys() {
        walk();
        assertEquals(all(), keys);
        assertEquals(Map.of(), badPages);
    }

    @Test
    void aMapThatCannotBeOpenedIsABadPageAtTheTop() {
        RecordWalk.walk(
                () -> {
                    throw new IllegalStateException("damaged");
                },
                new RecordWalk.Visitor() {
                    @Override
                    public void record(long key, byte[] bytes, long page) {
                        keys.add(key);
                    }

                    @Override
                    public void badPage(long page, String reason) {
                        badPages.put(page, reason);
                    }
                });
        assertEquals(Map.of(RecordWalk.ROOT, "java.lang.IllegalStateException: damaged"), badPages);
    }

    @Test
    void twoRecordsInTheWrongOrderAreVisitedAndTheirPageIsBad() {
        Page<Long, byte[]> leaf = middle().getChildPage(2);
        long first = leaf.getKey(3);
        leaf.setKey(3, leaf.getKey(4));
        leaf.setKey(4, first);
        walk();
        assertEquals(List.of(leaf.getPos()), List.copyOf(badPages.keySet()));
        assertEquals(RECORDS + 1, keys.size());
        assertTrue(keys.contains(first));
    }

    @Test
    void aKeyThatIsThereTwiceIsOutOfOrder() {
        Page<Long, byte[]> leaf = middle().getChildPage(2);
        leaf.setKey(4, leaf.getKey(3));
        walk();
        assertEquals(List.of(leaf.getPos()), List.copyOf(badPages.keySet()));
    }

    /** A lookup would turn to the page behind it. */
    @Test
    void aRecordAtTheLimitOfItsPageIsOutOfOrder() {
        Page<Long, byte[]> middle = middle();
        Page<Long, byte[]> leaf = middle.getChildPage(2);
        long key = leaf.getKey(leaf.getKeyCount() - 1);
        middle.setKey(2, key);
        assertNull(records.get(key));
        walk();
        assertEquals(all(), keys);
        assertEquals(List.of(leaf.getPos()), List.copyOf(badPages.keySet()));
    }

    /** A lookup would turn to the page before it. */
    @Test
    void aRecordBelowTheStartOfItsPageIsOutOfOrder() {
        Page<Long, byte[]> middle = middle();
        long key = middle.getKey(1);
        middle.setKey(1, key + 1);
        assertNull(records.get(key));
        walk();
        assertEquals(all(), keys);
        assertEquals(List.of(middle.getChildPagePos(2)), List.copyOf(badPages.keySet()));
    }

    @Test
    void theLastPageBelowAPageEndsWhereThatOneEnds() {
        Page<Long, byte[]> root = records.getRootPage();
        Page<Long, byte[]> last = middle().getChildPage(middle().getRawChildPageCount() - 1);
        root.setKey(1, last.getKey(last.getKeyCount() - 1));
        walk();
        assertEquals(all(), keys);
        assertEquals(List.of(last.getPos()), List.copyOf(badPages.keySet()));
    }

    @Test
    void aPageThatCannotBeReadIsNamedAndWhatIsBehindItIsVisited() throws IOException {
        Page<Long, byte[]> leaf = middle().getChildPage(2);
        List<Long> others = new ArrayList<>(all());
        for (int i = 0; i < leaf.getKeyCount(); i++) {
            assertTrue(others.remove(leaf.getKey(i)));
        }
        Path data = folder.resolve("client.mv.db");
        int start = TestStores.startOf(data, leaf.getPos());
        file.store().closeImmediately();
        byte[] bytes = Files.readAllBytes(data);
        Arrays.fill(bytes, start, start + 8, (byte) 0);
        Files.write(data, bytes);
        file = FileAccess.PLAIN.open(data);
        records = file.records();
        walk();
        assertEquals(others, keys);
        assertEquals(List.of(leaf.getPos()), List.copyOf(badPages.keySet()));
    }

    /** Damaged positions could make a map that never ends. */
    @Test
    void aPageThatIsReachedTwiceIsVisitedOnce() {
        Page<Long, byte[]> root = records.getRootPage();
        Page<Long, byte[]> twice = middle();
        root.setChild(2, twice);
        walk();
        assertEquals("it is reached twice", badPages.get(twice.getPos()));
        assertEquals(keys.stream().distinct().count(), keys.size());
        assertTrue(keys.contains(Long.MAX_VALUE), "what is behind it is visited");
    }
}
