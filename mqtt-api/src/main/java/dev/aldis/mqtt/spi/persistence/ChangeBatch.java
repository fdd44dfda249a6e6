package dev.aldis.mqtt.spi.persistence;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Changes that are applied together: puts and removals by key, in the order in which they were added. A later change of
 * the same key wins. Reused by the client, so that collecting changes allocates nothing in the long run. Not safe for use
 * by several threads at once.
 */
public final class ChangeBatch {

    private static final int REMOVAL = -1;

    private long[] keys = new long[64];
    private int[] kinds = new int[64];
    private int[] ends = new int[64];
    private byte[] content = new byte[4096];
    private int size;

    /** An empty batch. */
    public ChangeBatch() {}

    /**
     * Adds a put: the key has this record from now on, whatever it had before.
     *
     * @param key 0 or more
     * @param kind 0 to 255
     * @param record from position to limit; copied, not moved
     * @throws IllegalArgumentException if key or kind is out of range
     */
    public void put(long key, int kind, ByteBuffer record) {
        int length = record.remaining();
        int offset = allocate(key, kind, length);
        record.get(record.position(), content, offset, length);
    }

    /**
     * Adds a put whose bytes are written by the caller afterwards, with {@link #array()}, before anything else is added.
     *
     * @param key 0 or more
     * @param kind 0 to 255
     * @param lengthBytes the length of the record, 0 or more
     * @return where in {@link #array()} the record begins
     * @throws IllegalArgumentException if key, kind or length is out of range
     */
    public int allocate(long key, int kind, int lengthBytes) {
        if (key < 0 || kind < 0 || kind > 255 || lengthBytes < 0) {
            throw new IllegalArgumentException("Change out of range: key " + key + " (0 or more), kind " + kind
                    + " (0 to 255), length " + lengthBytes + " (0 or more)");
        }
        int offset = contentSizeBytes();
        if (content.length - offset < lengthBytes) {
            content = Arrays.copyOf(content, Math.max(content.length * 2, Math.addExact(offset, lengthBytes)));
        }
        add(key, kind, offset + lengthBytes);
        return offset;
    }

    /**
     * Adds a removal; the key may have no record.
     *
     * @param key 0 or more
     * @throws IllegalArgumentException if it is negative
     */
    public void remove(long key) {
        if (key < 0) {
            throw new IllegalArgumentException("Key " + key + " is negative: keys are 0 or more");
        }
        add(key, REMOVAL, contentSizeBytes());
    }

    private void add(long key, int kind, int end) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
            kinds = Arrays.copyOf(kinds, size * 2);
            ends = Arrays.copyOf(ends, size * 2);
        }
        keys[size] = key;
        kinds[size] = kind;
        ends[size] = end;
        size++;
    }

    /**
     * The number of changes.
     *
     * @return 0 or more
     */
    public int size() {
        return size;
    }

    /**
     * The bytes of all records together.
     *
     * @return 0 or more
     */
    public int contentSizeBytes() {
        return size == 0 ? 0 : ends[size - 1];
    }

    /**
     * The key of a change.
     *
     * @param index 0 to {@code size() - 1}
     * @return the key
     */
    public long key(int index) {
        return keys[index];
    }

    /**
     * Whether a change is a put.
     *
     * @param index 0 to {@code size() - 1}
     * @return false for a removal
     */
    public boolean isPut(int index) {
        return kinds[index] != REMOVAL;
    }

    /**
     * The kind of record of a put.
     *
     * @param index 0 to {@code size() - 1}, of a put
     * @return 0 to 255
     */
    public int kind(int index) {
        return kinds[index];
    }

    /**
     * Where in {@link #array()} the record of a change begins.
     *
     * @param index 0 to {@code size() - 1}
     * @return the offset
     */
    public int offset(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }

    /**
     * The length of the record of a change.
     *
     * @param index 0 to {@code size() - 1}
     * @return 0 or more; 0 for a removal
     */
    public int lengthBytes(int index) {
        return ends[index] - offset(index);
    }

    /**
     * The bytes of all records, one behind the other. May be replaced by a larger one when something is added.
     *
     * @return the array itself
     */
    public byte[] array() {
        return content;
    }

    /** Empties the batch. Keeps its memory unless a rare large batch made it big. */
    public void clear() {
        size = 0;
        if (content.length > 1 << 20) {
            content = new byte[4096];
        }
    }
}
