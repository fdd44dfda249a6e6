package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records in blocks are what a sorted map would hold, wherever a block is full, split, joined with the next one or emptied. */
class MemoryRecordsTest {

    private static final int BLOCK = 128;

    private final MemoryRecords records = new MemoryRecords();
    private final TreeMap<Long, StoredRecord> expected = new TreeMap<>();
    private int puts;

    private void put(long key) {
        int number = puts++;
        byte[] content = {9, (byte) number, (byte) (number >> 8), (byte) (number >> 16), 9};
        int lengthBytes = number % 4;
        records.put(key, number % 256, content, 1, lengthBytes);
        expected.put(
                key, new StoredRecord(key, number % 256, Payload.copyOf(ByteBuffer.wrap(content, 1, lengthBytes))));
        // The store's own copy: the caller writes other records into this array.
        Arrays.fill(content, (byte) -1);
    }

    private void remove(long key) {
        records.remove(key);
        expected.remove(key);
    }

    private void check() {
        assertEquals(List.copyOf(expected.values()), records.scan(0, Integer.MAX_VALUE));
    }

    /** From each key that there is, from beside it, and with limits at which a block ends. */
    private void checkScans() {
        check();
        for (long key : List.copyOf(expected.keySet())) {
            for (long from = Math.max(0, key - 1); from >= 0 && from <= Math.max(key, key + 1); from++) {
                for (int limit : new int[] {1, 2, BLOCK, BLOCK + 1}) {
                    List<StoredRecord> wanted = expected.tailMap(from).values().stream()
                            .limit(limit)
                            .toList();
                    assertEquals(wanted, records.scan(from, limit), "from " + from + ", limit " + limit);
                }
            }
        }
    }

    @Test
    void withoutRecordsThereIsNothingToReadOrToRemove() {
        assertEquals(List.of(), records.scan(0, 10));
        records.remove(1);
        put(1);
        remove(2);
        remove(0);
        check();
        remove(1);
        assertEquals(List.of(), records.scan(0, 10));
        records.remove(1);
        put(3);
        check();
    }

    @Test
    void aRecordTakesThePlaceOfAnEarlierOneOfItsKey() {
        for (int round = 0; round < 3; round++) {
            for (long key = 0; key < 3 * BLOCK; key += 3) {
                put(key);
            }
            check();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 5 * BLOCK + 3})
    void recordsThatComeInOrderAndBackwardsAndGoInOrderAndBackwards(int count) {
        for (boolean ascending : new boolean[] {true, false}) {
            for (boolean fromTheFront : new boolean[] {true, false}) {
                for (long i = 0; i < count; i++) {
                    put(2 * (ascending ? i : count - 1 - i));
                }
                checkScans();
                for (long i = 0; i < count; i++) {
                    remove(2 * (fromTheFront ? i : count - 1 - i));
                    if (i % 7 == 0) {
                        check();
                    }
                }
                assertEquals(List.of(), records.scan(0, 1));
            }
        }
    }

    /** In a block that is full, at each of its places. */
    @Test
    void aRecordFindsItsPlaceInAFullBlock() {
        for (int place = 0; place <= BLOCK; place++) {
            for (boolean nextBlock : new boolean[] {true, false}) {
                MemoryRecordsTest one = new MemoryRecordsTest();
                LongStream.range(0, BLOCK).forEach(i -> one.put(10 + 2 * i));
                if (nextBlock) {
                    one.put(10_000);
                }
                one.put(9 + 2L * place);
                one.check();
                one.put(9 + 2L * place);
                one.put(8 + 2L * place);
                one.check();
            }
        }
    }

    /** Two blocks of which little is left become one; what they have left is in the same order. */
    @Test
    void blocksThatAreNearlyEmptyAreJoinedWithoutLosingAnything() {
        for (int kept = 1; kept <= BLOCK / 4 + 2; kept++) {
            MemoryRecordsTest one = new MemoryRecordsTest();
            LongStream.range(0, 4 * BLOCK).forEach(one::put);
            for (int block = 3; block >= 0; block--) {
                for (int i = kept; i < BLOCK; i++) {
                    one.remove((long) block * BLOCK + i);
                }
                one.check();
            }
            one.put(BLOCK - 1);
            one.put(3 * BLOCK - 1);
            one.checkScans();
        }
    }

    @Test
    void theGreatestKeyAndTheSmallestStandAtTheirEnds() {
        put(Long.MAX_VALUE);
        put(0);
        LongStream.range(1, 3 * BLOCK).forEach(this::put);
        check();
        assertEquals(List.of(expected.get(Long.MAX_VALUE)), records.scan(Long.MAX_VALUE, 10));
        remove(Long.MAX_VALUE);
        assertEquals(List.of(), records.scan(Long.MAX_VALUE, 10));
        check();
    }

    /** A queue of many blocks that runs empty at its front while it grows at its end. */
    @Test
    void aLongQueueMovesOn() {
        int length = 100 * BLOCK;
        for (long key = 0; key < 4L * length; key++) {
            put(key);
            if (key >= length) {
                remove(key - length);
            }
            if (key % 5_000 == 0) {
                check();
            }
        }
        check();
        for (long key = 3L * length; key < 4L * length; key++) {
            remove(key);
            if (key % 1_000 == 0) {
                check();
            }
        }
        assertEquals(List.of(), records.scan(0, 1));
        LongStream.range(0, 1_000).forEach(this::put);
        check();
    }

    @Test
    void whatIsDrawnIsWhatASortedMapHolds() {
        long seed = Long.getLong("aldis.seed", System.nanoTime());
        Random random = new Random(seed);
        try {
            for (int round = 0; round < 60; round++) {
                int keys = 1 << (4 + random.nextInt(8));
                int putsOfTen = 1 + random.nextInt(9);
                for (int i = 0; i < 500; i++) {
                    long key = random.nextInt(keys);
                    if (random.nextInt(10) < putsOfTen) {
                        put(key);
                    } else {
                        remove(key);
                    }
                }
                check();
                long from = random.nextInt(keys);
                int limit = 1 + random.nextInt(keys);
                assertEquals(
                        expected.tailMap(from).values().stream().limit(limit).toList(), records.scan(from, limit));
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("Replay with -Daldis.seed=" + seed, e);
        }
    }
}
