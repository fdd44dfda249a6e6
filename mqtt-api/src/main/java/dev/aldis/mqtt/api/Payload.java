package dev.aldis.mqtt.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes that nobody changes: the content of a message, of a password, of a checkpoint. The same class serves every
 * binary field.
 */
public final class Payload {

    /** No bytes. */
    public static final Payload EMPTY = new Payload(new byte[0]);

    private final byte[] bytes;

    private Payload(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A copy of some bytes.
     *
     * @param bytes the content; may be changed afterwards
     * @return the payload
     */
    public static Payload copyOf(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Payload(bytes.clone());
    }

    /**
     * A copy of what a buffer has between its position and its limit; the buffer is not moved.
     *
     * @param buffer holds the content
     * @return the payload
     */
    public static Payload copyOf(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return wrap(bytes);
    }

    /**
     * Takes an array over without a copy.
     *
     * @param bytes the content; from now on it belongs to the payload and must not be changed by anybody
     * @return the payload
     */
    public static Payload wrap(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Payload(bytes);
    }

    /**
     * A text in UTF-8.
     *
     * @param text any text
     * @return the payload
     */
    public static Payload of(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The number of bytes.
     *
     * @return 0 or more
     */
    public int sizeBytes() {
        return bytes.length;
    }

    /**
     * The content as a new array.
     *
     * @return a copy
     */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /**
     * The content without a copy.
     *
     * @return a new read-only view
     */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /**
     * Copies the content.
     *
     * @param target takes {@link #sizeBytes()} bytes from {@code offset} on
     * @param offset where the first byte goes
     */
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, bytes.length);
    }

    /**
     * The content as UTF-8 text; a malformed sequence becomes U+FFFD.
     *
     * @return the text
     */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that && Arrays.equals(that.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Only the size, since payloads can be secrets. */
    @Override
    public String toString() {
        return "Payload[" + bytes.length + " bytes]";
    }
}
