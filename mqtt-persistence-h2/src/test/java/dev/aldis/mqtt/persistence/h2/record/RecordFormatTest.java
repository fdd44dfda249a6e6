package dev.aldis.mqtt.persistence.h2.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A record comes back as it was, and no damage to it goes unnoticed. */
class RecordFormatTest {

    private static final long KEY = 0x0102_0304_0506_0708L;

    private final RecordFormat format = new RecordFormat();

    private byte[] encoded(int kind, byte... content) {
        ChangeBatch batch = new ChangeBatch();
        batch.put(KEY - 1, 1, ByteBuffer.wrap(new byte[] {9, 9}));
        batch.put(KEY, kind, ByteBuffer.wrap(content));
        return format.encode(batch, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 255})
    void aRecordComesBackAsItWas(int kind) {
        for (byte[] content : new byte[][] {{}, {0}, {1, 2, 3}, new byte[1_000]}) {
            byte[] stored = encoded(kind, content);
            assertTrue(format.isIntact(KEY, stored));
            StoredRecord record = format.decode(KEY, stored);
            assertEquals(KEY, record.key());
            assertEquals(kind, record.kind());
            assertEquals(ByteBuffer.wrap(content), record.content().asByteBuffer());
        }
    }

    /** Files of earlier versions are read for ever. */
    @Test
    void theBytesAreThoseOfVersion1() {
        assertEquals("01072791f5450a0b0c", HexFormat.of().formatHex(encoded(7, (byte) 10, (byte) 11, (byte) 12)));
    }

    @Test
    void eachBitThatIsTurnedOverIsNoticed() {
        byte[] stored = encoded(3, (byte) 1, (byte) 2, (byte) 3);
        for (int bit = 0; bit < 8 * stored.length; bit++) {
            byte[] damaged = stored.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(format.isIntact(KEY, damaged), "bit " + bit);
        }
    }

    @Test
    void aRecordUnderAnotherKeyIsDamaged() {
        byte[] stored = encoded(3, (byte) 1);
        for (int bit = 0; bit < 64; bit++) {
            assertFalse(format.isIntact(KEY ^ 1L << bit, stored), "bit " + bit);
        }
    }

    @Test
    void aRecordThatIsCutIsDamaged() {
        byte[] stored = encoded(3, (byte) 1, (byte) 2);
        for (int length = 0; length < stored.length; length++) {
            assertFalse(format.isIntact(KEY, Arrays.copyOf(stored, length)), "length " + length);
        }
    }
}
