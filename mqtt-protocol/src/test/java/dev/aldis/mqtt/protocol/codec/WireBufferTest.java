package dev.aldis.mqtt.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.TopicName;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WireBufferTest {

    private final WireBuffer buffer = new WireBuffer(1);

    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "1, 01",
        "127, 7f",
        "128, 8001",
        "16383, ff7f",
        "16384, 808001",
        "2097151, ffff7f",
        "2097152, 80808001",
        "268435455, ffffff7f"
    })
    void aVariableByteIntegerHasItsShortestForm(int value, String hex) {
        buffer.putVariableByteInteger(value);
        assertEquals(hex, Wire.hex(Wire.written(buffer)));
        assertEquals(hex.length() / 2, VariableByteInteger.sizeBytes(value));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 268_435_456, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aVariableByteIntegerOutOfRangeIsRefused(int value) {
        assertThrows(IllegalArgumentException.class, () -> buffer.putVariableByteInteger(value));
        assertTrue(buffer.isEmpty());
    }

    @Test
    void integersHaveTheirHighByteFirst() {
        buffer.putByte(0x101);
        buffer.putShort(0xFEDC);
        buffer.putInt(0x89AB_CDEFL);
        assertEquals("01fedc89abcdef", Wire.hex(Wire.written(buffer)));
    }

    @Test
    void fieldsWithALengthHaveItBefore() {
        buffer.putUtf8("text", "é");
        buffer.putTopic(TopicName.of("a/b"));
        buffer.putBinary("data", Payload.of("xyz"));
        buffer.putBytes(Payload.of("12"));
        assertEquals("0002c3a9" + "0003612f62" + "000378797a" + "3132", Wire.hex(Wire.written(buffer)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152})
    void aLengthThatWasReservedIsWidenedAsNeeded(int length) {
        buffer.putByte(0x55);
        int begin = buffer.beginLength();
        byte[] content = new byte[length];
        for (int i = 0; i < length; i++) {
            content[i] = (byte) (i * 31);
        }
        buffer.putBytes(Payload.copyOf(content));
        buffer.endLength(begin);
        buffer.putByte(0x66);
        WireBuffer expected = new WireBuffer();
        expected.putByte(0x55);
        expected.putVariableByteInteger(length);
        expected.putBytes(Payload.wrap(content));
        expected.putByte(0x66);
        assertArrayEquals(Wire.written(expected), Wire.written(buffer));
    }

    @Test
    void aStringOfTheLargestLengthFitsAndALongerOneDoesNot() {
        buffer.putUtf8("text", "x".repeat(65_535));
        assertEquals(65_537, buffer.size());
        buffer.clear();
        for (String text : new String[] {"x".repeat(65_536), "é".repeat(32_768), "€".repeat(21_846)}) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> buffer.putUtf8("Content Type", text));
            assertTrue(
                    refused.getMessage().startsWith("Content Type takes " + text.getBytes(UTF_8).length + " bytes"),
                    refused::getMessage);
            assertTrue(buffer.isEmpty());
        }
        buffer.putUtf8("text", "€".repeat(21_845));
        assertEquals(65_537, buffer.size());
    }

    @Test
    void binaryDataOfTheLargestLengthFitsAndALongerOneDoesNot() {
        buffer.putBinary("data", Payload.wrap(new byte[65_535]));
        assertEquals(65_537, buffer.size());
        assertThrows(
                IllegalArgumentException.class, () -> buffer.putBinary("Password", Payload.wrap(new byte[65_536])));
        assertEquals(65_537, buffer.size());
    }

    @Test
    void theViewShowsWhatWasWrittenAndIsUsedAgain() {
        buffer.putShort(0x0102);
        ByteBuffer view = buffer.asByteBuffer();
        assertEquals(2, view.remaining());
        assertEquals(0x0102, view.getShort());
        assertSame(view, buffer.asByteBuffer());
        assertEquals(0, view.position());
        buffer.clear();
        assertFalse(buffer.asByteBuffer().hasRemaining());
        buffer.putBytes(Payload.wrap(new byte[10_000]));
        assertEquals(10_000, buffer.asByteBuffer().remaining());
    }

    @Test
    void memoryIsKeptUntilItIsHuge() {
        buffer.putBytes(Payload.wrap(new byte[1 << 20]));
        int kept = buffer.capacityBytes();
        buffer.clear();
        assertEquals(kept, buffer.capacityBytes());
        buffer.putBytes(Payload.wrap(new byte[(1 << 20) + 1]));
        buffer.clear();
        assertTrue(buffer.capacityBytes() < 1_000, "kept " + buffer.capacityBytes());
        buffer.putByte(7);
        assertEquals("07", Wire.hex(Wire.written(buffer)));
    }

    @Test
    void bytesAreKeptWhileTheBufferGrows() {
        WireBuffer expected = new WireBuffer(100_000);
        for (int i = 0; i < 10_000; i++) {
            buffer.putShort(i);
            expected.putShort(i);
        }
        assertArrayEquals(Wire.written(expected), Wire.written(buffer));
    }

    /** With each number of bytes that are left, so that the buffer has to grow before, in, or behind the value. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void eachKindOfValueFitsHoweverFullTheBufferIs(int left) {
        List<Consumer<WireBuffer>> values = List.of(
                out -> out.putByte(1),
                out -> out.putShort(0x0102),
                out -> out.putInt(0x01020304L),
                out -> out.putVariableByteInteger(VariableByteInteger.MAXIMUM),
                out -> out.putTopic(TopicName.of("topic")),
                out -> out.putBytes(Payload.wrap(new byte[] {1, 2, 3, 4, 5})),
                out -> {
                    int begin = out.beginLength();
                    out.putBytes(Payload.wrap(new byte[128]));
                    out.endLength(begin);
                });
        for (Consumer<WireBuffer> value : values) {
            WireBuffer roomy = new WireBuffer(1_000);
            WireBuffer full = new WireBuffer(64);
            for (WireBuffer each : List.of(roomy, full)) {
                each.putBytes(Payload.wrap(new byte[64 - left]));
                value.accept(each);
            }
            assertArrayEquals(Wire.written(roomy), Wire.written(full));
        }
    }

    @Test
    void onlyABufferInWhichNothingIsWrittenIsEmpty() {
        assertTrue(buffer.isEmpty());
        buffer.putByte(0);
        assertFalse(buffer.isEmpty());
        buffer.truncate(0);
        assertTrue(buffer.isEmpty());
    }
}
