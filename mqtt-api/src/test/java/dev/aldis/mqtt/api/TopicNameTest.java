package dev.aldis.mqtt.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class TopicNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "/",
                "//",
                "/finance",
                "sport/",
                "a//b",
                " a b ",
                "$SYS/uptime",
                "$share/group/a",
                "ACCOUNTS",
                "käse",
                "\uD83D\uDE00",
                "\uFEFFa",
                "\u0001",
                "\uFFFF"
            })
    void aNameIsKeptAsItIs(String text) {
        TopicName topic = TopicName.of(text);
        assertEquals(text, topic.text());
        byte[] utf8 = text.getBytes(UTF_8);
        assertEquals(utf8.length, topic.sizeBytes());
        byte[] copy = new byte[utf8.length + 2];
        topic.copyTo(copy, 1);
        assertEquals(ByteBuffer.wrap(utf8), ByteBuffer.wrap(copy, 1, utf8.length));
        assertEquals(0, copy[0]);
        assertEquals(0, copy[copy.length - 1]);
        assertEquals(ByteBuffer.wrap(utf8), topic.utf8());
        assertTrue(topic.utf8().isReadOnly());
    }

    @Test
    void anEmptyNameIsRefused() {
        String message = refusal("");
        assertTrue(message.endsWith("[MQTT-4.7.3-1]"), message);
    }

    @ParameterizedTest
    @CsvSource({"#, 0", "+, 0", "a/#, 2", "a+b, 1", "sport/+/player, 6"})
    void aWildcardIsRefusedAndItsPlaceNamed(String text, int index) {
        String message = refusal(text);
        assertTrue(message.contains("'" + text + "'") && message.contains("index " + index), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0", "a\uD800b", "\uDC00", "\uDC00\uD800"})
    void aNameThatUtf8CannotCarryIsRefused(String text) {
        assertTrue(refusal(text).startsWith("Topic name "));
    }

    @Test
    void aNameHas65535BytesAtMost() {
        assertEquals(65_535, TopicName.of("x".repeat(65_535)).sizeBytes());
        assertTrue(refusal("x".repeat(65_536)).contains("65536 bytes"));
        assertEquals(65_534, TopicName.of("é".repeat(32_767)).sizeBytes());
        assertTrue(refusal("é".repeat(32_768)).contains("65536 bytes"));
    }

    @Test
    void namesAreEqualIfTheirTextIs() {
        assertEquals(TopicName.of("a/b"), TopicName.of("a/b"));
        assertEquals(TopicName.of("a/b").hashCode(), TopicName.of("a/b").hashCode());
        assertNotEquals(TopicName.of("a/b"), TopicName.of("a/B"));
        assertNotEquals(TopicName.of("a"), TopicName.of("a/"));
        assertNotEquals(TopicName.of("é"), TopicName.of("e\u0301"));
    }

    @Test
    void bytesAreComparedInTheirPlace() {
        TopicName topic = TopicName.of("a/é");
        byte[] bytes = "xa/éy".getBytes(UTF_8);
        assertTrue(topic.hasUtf8(bytes, 1, 5));
        assertFalse(topic.hasUtf8(bytes, 0, 4));
        assertFalse(topic.hasUtf8(bytes, 1, 6));
        assertFalse(topic.hasUtf8(bytes, 1, 4));
    }

    @Test
    void theBytesCannotBeChanged() {
        TopicName topic = TopicName.of("abc");
        byte[] copy = new byte[3];
        topic.copyTo(copy, 0);
        copy[0] = 'x';
        assertThrows(ReadOnlyBufferException.class, () -> topic.utf8().put(0, (byte) 'x'));
        byte[] again = new byte[3];
        topic.copyTo(again, 0);
        assertArrayEquals("abc".getBytes(UTF_8), again);
    }

    private static String refusal(String text) {
        return assertThrows(IllegalArgumentException.class, () -> TopicName.of(text))
                .getMessage();
    }
}
