package dev.aldis.mqtt.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class MqttTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "\u007F", "é", "€", "\uD7FF\uE000", "\uFEFFa", "A\uD869\uDED4", "\uFFFF\uFDD0", "\u0001"
            })
    void anyOtherTextIsEncoded(String text) {
        assertArrayEquals(text.getBytes(UTF_8), MqttText.encode("Text", text));
        assertSame(text, MqttText.check("Text", text));
    }

    @ParameterizedTest
    @CsvSource({"0, ''", "2, ab", "1, é"})
    void theNullCharacterIsRefusedWithItsPlace(int index, String before) {
        String message = refusal(before + "\0" + "x");
        assertTrue(message.startsWith("Text must not contain U+0000 (found at index " + index + ")"), message);
        assertTrue(message.endsWith("[MQTT-1.5.4-2]"), message);
    }

    @ParameterizedTest
    @CsvSource({"D800, 0", "DBFF, 1", "DC00, 2", "DFFF, 3"})
    void halfASurrogatePairIsRefusedWithItsPlace(String half, int index) {
        char c = (char) Integer.parseInt(half, 16);
        for (String after : new String[] {"", "x", "\uD800", "\uD83D\uDE00"}) {
            String message = refusal("a".repeat(index) + c + after);
            assertTrue(message.contains("index " + index), message);
            assertTrue(message.endsWith("[MQTT-1.5.4-1]"), message);
        }
    }

    @Test
    void aHalfBehindAWholePairIsFound() {
        assertTrue(refusal("\uD83D\uDE00\uDE00").contains("index 2"));
    }

    @Test
    void theLimitCountsBytes() {
        assertEquals(65_535, MqttText.encode("Text", "x".repeat(65_535)).length);
        assertEquals(65_535, MqttText.encode("Text", "€".repeat(21_845)).length);
        assertTrue(refusal("x".repeat(65_536)).startsWith("Text takes 65536 bytes"));
        assertTrue(refusal("€".repeat(21_846)).startsWith("Text takes 65538 bytes"));
    }

    private static String refusal(String text) {
        return assertThrows(IllegalArgumentException.class, () -> MqttText.encode("Text", text))
                .getMessage();
    }
}
