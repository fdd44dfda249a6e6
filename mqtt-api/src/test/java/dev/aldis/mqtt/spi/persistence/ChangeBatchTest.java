package dev.aldis.mqtt.spi.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Changes stand in the batch as they were added, however many and however large they are. */
class ChangeBatchTest {

    private final ChangeBatch batch = new ChangeBatch();

    private byte[] record(int index) {
        int offset = batch.offset(index);
        return Arrays.copyOfRange(batch.array(), offset, offset + batch.lengthBytes(index));
    }

    private static byte[] bytes(int number, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        Arrays.fill(bytes, (byte) number);
        return bytes;
    }

    @Test
    void anEmptyBatchHasNothing() {
        assertEquals(0, batch.size());
        assertEquals(0, batch.contentSizeBytes());
    }

    @Test
    void eachChangeIsFoundWhereItWasAddedAlsoWhenTheBatchGrows() {
        int sum = 0;
        for (int i = 0; i < 300; i++) {
            if (i % 5 == 3) {
                batch.remove(i);
            } else {
                batch.put(i, i % 256, ByteBuffer.wrap(bytes(i, i)));
                sum += i;
            }
            assertEquals(i + 1, batch.size());
            assertEquals(sum, batch.contentSizeBytes());
        }
        for (int i = 0; i < 300; i++) {
            assertEquals(i, batch.key(i));
            assertEquals(i % 5 != 3, batch.isPut(i));
            assertArrayEquals(i % 5 == 3 ? new byte[0] : bytes(i, i), record(i));
            if (batch.isPut(i)) {
                assertEquals(i % 256, batch.kind(i));
            }
        }
    }

    @Test
    void aRecordIsCopiedFromPositionToLimitAndTheBufferStays() {
        ByteBuffer source =
                ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}).position(1).limit(4);
        batch.put(1, 1, source);
        assertArrayEquals(new byte[] {2, 3, 4}, record(0));
        assertEquals(1, source.position());
        assertEquals(4, source.limit());
        source.put(1, (byte) 9);
        assertArrayEquals(new byte[] {2, 3, 4}, record(0));
    }

    /** 4,096 bytes fit from the beginning; what is larger than twice of it gets what it needs. */
    @Test
    void recordsOfAnySizeFit() {
        for (int lengthBytes : new int[] {4_095, 1, 1, 4_096, 8_193, 100_000}) {
            int index = batch.size();
            assertEquals(batch.contentSizeBytes(), batch.allocate(index, 7, lengthBytes));
            Arrays.fill(batch.array(), batch.offset(index), batch.offset(index) + lengthBytes, (byte) (index + 1));
            for (int i = 0; i <= index; i++) {
                assertArrayEquals(bytes(i + 1, batch.lengthBytes(i)), record(i));
            }
        }
    }

    @Test
    void anEmptiedBatchIsUsedAgainWithItsMemoryUnlessThatIsMuch() {
        batch.put(1, 1, ByteBuffer.allocate(1 << 20));
        byte[] array = batch.array();
        assertEquals(1 << 20, array.length);
        batch.clear();
        assertEquals(0, batch.size());
        assertEquals(0, batch.contentSizeBytes());
        assertSame(array, batch.array());
        batch.put(2, 2, ByteBuffer.wrap(new byte[] {5}));
        assertEquals(0, batch.offset(0));
        assertArrayEquals(new byte[] {5}, record(0));
        batch.put(3, 3, ByteBuffer.allocate(1 << 20));
        batch.clear();
        assertEquals(4_096, batch.array().length);
    }

    @Test
    void keysKindsAndLengthsHaveTheirRange() {
        batch.put(0, 0, ByteBuffer.allocate(0));
        batch.put(Long.MAX_VALUE, 255, ByteBuffer.allocate(0));
        batch.remove(0);
        batch.remove(Long.MAX_VALUE);
        assertThrows(IllegalArgumentException.class, () -> batch.allocate(-1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> batch.allocate(0, -1, 0));
        assertThrows(IllegalArgumentException.class, () -> batch.allocate(0, 256, 0));
        assertThrows(IllegalArgumentException.class, () -> batch.allocate(0, 0, -1));
        assertThrows(IllegalArgumentException.class, () -> batch.remove(-1));
        assertThrows(ArithmeticException.class, () -> {
            batch.put(1, 1, ByteBuffer.allocate(1));
            batch.allocate(2, 1, Integer.MAX_VALUE);
        });
        assertEquals(5, batch.size());
        assertTrue(batch.isPut(0));
        assertFalse(batch.isPut(2));
    }
}
