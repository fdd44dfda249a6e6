package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.TopicName;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Where packets are encoded to: a byte array that grows. One turn of the client loop encodes everything it sends into one
 * buffer, writes it once, and clears it. For one thread.
 */
public final class WireBuffer {

    /** What is kept for the next turn; more is given back, so that one large packet does not cost memory for good. */
    private static final int RETAINED_BYTES = 1 << 20;

    private static final int SMALLEST_BYTES = 256;
    private static final int LARGEST_STRING_BYTES = 65_535;

    /** Some virtual machines have no longer arrays. */
    private static final int LARGEST_ARRAY_BYTES = Integer.MAX_VALUE - 8;

    private final int initialBytes;
    private byte[] bytes;
    private int size;
    private ByteBuffer view;

    /** A buffer that starts with 8 KiB. */
    public WireBuffer() {
        this(8 << 10);
    }

    /**
     * A buffer.
     *
     * @param initialBytes how much it holds before it grows
     */
    public WireBuffer(int initialBytes) {
        this.initialBytes = Math.max(initialBytes, SMALLEST_BYTES);
        this.bytes = new byte[this.initialBytes];
        this.view = ByteBuffer.wrap(bytes);
    }

    /** How many bytes have been written since the last {@link #clear()}. */
    public int size() {
        return size;
    }

    /** Whether nothing has been written since the last {@link #clear()}. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** What has been written. The same view each time: valid until this buffer is written to or cleared. */
    public ByteBuffer asByteBuffer() {
        if (view.array() != bytes) {
            view = ByteBuffer.wrap(bytes);
        }
        return view.clear().limit(size);
    }

    /** Forgets what has been written. Keeps its memory, unless a rare large packet has made it huge. */
    public void clear() {
        size = 0;
        if (bytes.length > RETAINED_BYTES && bytes.length > initialBytes) {
            bytes = new byte[initialBytes];
            view = ByteBuffer.wrap(bytes);
        }
    }

    /** How many bytes the buffer holds without growing. */
    int capacityBytes() {
        return bytes.length;
    }

    /** Takes back what was written after there were this many bytes. */
    void truncate(int sizeBytes) {
        size = sizeBytes;
    }

    /** Makes room, so that a number of bytes can follow without another check. */
    void ensure(int moreBytes) {
        if (moreBytes > bytes.length - size) {
            grow(moreBytes);
        }
    }

    private void grow(int moreBytes) {
        if (moreBytes > LARGEST_ARRAY_BYTES - size) {
            throw new IllegalStateException("The buffer holds " + size + " bytes and cannot take " + moreBytes
                    + " more: write it out before the next packet");
        }
        int doubled = bytes.length > LARGEST_ARRAY_BYTES / 2 ? LARGEST_ARRAY_BYTES : bytes.length * 2;
        bytes = Arrays.copyOf(bytes, Math.max(doubled, size + moreBytes));
    }

    void putByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    void putShort(int value) {
        ensure(2);
        bytes[size] = (byte) (value >> 8);
        bytes[size + 1] = (byte) value;
        size += 2;
    }

    void putInt(long value) {
        ensure(4);
        bytes[size] = (byte) (value >> 24);
        bytes[size + 1] = (byte) (value >> 16);
        bytes[size + 2] = (byte) (value >> 8);
        bytes[size + 3] = (byte) value;
        size += 4;
    }

    void putVariableByteInteger(int value) {
        ensure(4);
        size = writeVariableByteInteger(value, size);
    }

    private int writeVariableByteInteger(int value, int offset) {
        int rest = VariableByteInteger.check(value);
        int at = offset;
        while (rest > 0x7F) {
            bytes[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
        return at;
    }

    /** A text with its length before it. */
    void putUtf8(String what, String text) {
        if (text.length() > LARGEST_STRING_BYTES) {
            throw tooLong(what, Utf8.sizeBytes(text));
        }
        ensure(2 + 3 * text.length());
        int end = Utf8.encode(what, text, bytes, size + 2);
        int length = end - size - 2;
        if (length > LARGEST_STRING_BYTES) {
            throw tooLong(what, length);
        }
        putShort(length);
        size = end;
    }

    /** Binary Data with its length before it. */
    void putBinary(String what, Payload data) {
        if (data.sizeBytes() > LARGEST_STRING_BYTES) {
            throw tooLong(what, data.sizeBytes());
        }
        putShort(data.sizeBytes());
        putBytes(data);
    }

    private static IllegalArgumentException tooLong(String what, int length) {
        return new IllegalArgumentException(what + " takes " + length + " bytes; at most " + LARGEST_STRING_BYTES
                + " fit behind a two-byte length: shorten it");
    }

    /** A Topic Name with its length before it. */
    void putTopic(TopicName topic) {
        int length = topic.sizeBytes();
        ensure(2 + length);
        putShort(length);
        topic.copyTo(bytes, size);
        size += length;
    }

    /** Bytes without a length. */
    void putBytes(Payload data) {
        ensure(data.sizeBytes());
        data.copyTo(bytes, size);
        size += data.sizeBytes();
    }

    /** Leaves a place for the length of what follows; {@link #endLength} needs the result. */
    int beginLength() {
        putByte(0);
        return size;
    }

    /** Writes the length of everything since {@link #beginLength} into its place, which is widened if need be. */
    void endLength(int begin) {
        int length = size - begin;
        int extra = VariableByteInteger.sizeBytes(VariableByteInteger.check(length)) - 1;
        if (extra > 0) {
            ensure(extra);
            System.arraycopy(bytes, begin, bytes, begin + extra, length);
            size += extra;
        }
        writeVariableByteInteger(length, begin - 1);
    }

    /** Writes over a byte that is there. */
    void setByte(int index, int value) {
        bytes[index] = (byte) value;
    }
}
