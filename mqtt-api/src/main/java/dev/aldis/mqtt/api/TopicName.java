package dev.aldis.mqtt.api;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The name of a topic that a message is published to: one to 65,535 bytes in UTF-8, no wildcard, no U+0000
 * ({@code [MQTT-4.7.1-1]}, {@code [MQTT-4.7.3-1]} to {@code [MQTT-4.7.3-3]}). Immutable; validated and encoded once, so
 * an application that publishes often keeps the instance.
 */
public final class TopicName {

    private final String text;
    private final byte[] utf8;

    private TopicName(String text, byte[] utf8) {
        this.text = text;
        this.utf8 = utf8;
    }

    /**
     * A topic name from its text.
     *
     * @param text the name, levels separated by {@code /}
     * @return the topic name
     * @throws IllegalArgumentException if the text is empty, too long, not encodable, or holds {@code +} or {@code #}
     */
    public static TopicName of(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException(
                    "A topic name has at least one character; it is empty: name a topic [MQTT-4.7.3-1]");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '+' || c == '#') {
                throw new IllegalArgumentException("Topic name '" + text + "' has the wildcard '" + c + "' at index "
                        + i + ": messages are published to one topic, wildcards belong into a topic filter"
                        + " [MQTT-3.3.2-2]");
            }
        }
        return new TopicName(text, MqttText.encode("Topic name", text));
    }

    /**
     * The name as text.
     *
     * @return the text it was made from
     */
    public String text() {
        return text;
    }

    /**
     * The length in UTF-8.
     *
     * @return 1 to 65,535 bytes
     */
    public int sizeBytes() {
        return utf8.length;
    }

    /**
     * Copies the UTF-8 form.
     *
     * @param target takes {@link #sizeBytes()} bytes from {@code offset} on
     * @param offset where the first byte goes
     */
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(utf8, 0, target, offset, utf8.length);
    }

    /**
     * The UTF-8 form.
     *
     * @return a new read-only view, {@link #sizeBytes()} bytes long
     */
    public ByteBuffer utf8() {
        return ByteBuffer.wrap(utf8).asReadOnlyBuffer();
    }

    /**
     * Whether some bytes are the UTF-8 form of this name.
     *
     * @param bytes holds the candidate
     * @param from index of its first byte
     * @param to index after its last byte
     * @return true if they are the same bytes
     */
    public boolean hasUtf8(byte[] bytes, int from, int to) {
        return Arrays.equals(utf8, 0, utf8.length, bytes, from, to);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TopicName that && that.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /**
     * The name in one line: control characters and line breaks in it as <code>&#92;u000a</code>. {@link #text()} has it as it
     * is.
     */
    @Override
    public String toString() {
        return OneLine.of(text);
    }
}
