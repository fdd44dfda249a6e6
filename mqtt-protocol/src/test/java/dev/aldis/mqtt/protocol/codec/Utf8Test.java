package dev.aldis.mqtt.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class Utf8Test {

    private static final CharsetDecoder STRICT = UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);

    @Test
    void everyCodePointIsEncodedAsThePlatformDoes() {
        byte[] target = new byte[16];
        for (int codePoint = 1; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                continue;
            }
            String text = "a" + Character.toString(codePoint) + "b";
            byte[] expected = text.getBytes(UTF_8);
            int end = Utf8.encode("text", text, target, 2);
            assertArrayEquals(expected, Arrays.copyOfRange(target, 2, end));
            assertEquals(expected.length, Utf8.sizeBytes(text));
            assertEquals(-1, Utf8.firstError(expected, 0, expected.length));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD800", "a\uD800", "\uDC00b", "\uD800\uD800", "\uDC00\uD800", "\uD83D\uDE00\uD83D"})
    void halfASurrogatePairIsNotEncoded(String text) {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> Utf8.encode("Client Identifier", text, new byte[32], 0));
        assertTrue(refused.getMessage().startsWith("Client Identifier has half a surrogate pair"));
    }

    @Test
    void nullCharacterIsNotEncoded() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> Utf8.encode("Reason String", "ab\0", new byte[32], 0));
        assertTrue(refused.getMessage().contains("index 2"), refused::getMessage);
    }

    /** All leading bytes, each followed by the edges of all ranges that the table of UTF-8 has. */
    @Test
    void whatThePlatformFindsMalformedIsAnError() {
        int[] edges = {1, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xFF};
        byte[] bytes = new byte[4];
        for (int first = 1; first < 0x100; first++) {
            bytes[0] = (byte) first;
            assertLikePlatform(bytes, 1);
            for (int second : edges) {
                bytes[1] = (byte) second;
                assertLikePlatform(bytes, 2);
                for (int third : edges) {
                    bytes[2] = (byte) third;
                    assertLikePlatform(bytes, 3);
                    for (int fourth : edges) {
                        bytes[3] = (byte) fourth;
                        assertLikePlatform(bytes, 4);
                    }
                }
            }
        }
    }

    private static void assertLikePlatform(byte[] bytes, int length) {
        CharBuffer text = CharBuffer.allocate(8);
        boolean valid = !STRICT.reset()
                .decode(ByteBuffer.wrap(bytes, 0, length), text, true)
                .isError();
        int error = Utf8.firstError(bytes, 0, length);
        assertEquals(valid, error < 0, () -> Wire.hex(Arrays.copyOf(bytes, length)));
    }

    @Test
    void nullCharacterIsAnErrorWhereItStands() {
        assertEquals(2, Utf8.firstError("xé\0é".getBytes(UTF_8), 1, 5));
        assertEquals(0, Utf8.firstError(new byte[] {(byte) 0xC0, (byte) 0x80}, 0, 2));
    }

    @Test
    void asciiEndsBeforeTheFirstOtherByte() {
        assertEquals(3, Utf8.asciiPrefix("xabcé".getBytes(UTF_8), 1, 5));
        assertEquals(1, Utf8.asciiPrefix(new byte[] {'a', 0, 'b'}, 0, 3));
        assertEquals(2, Utf8.asciiPrefix(new byte[] {'a', 'b', 'c'}, 0, 2));
    }
}
