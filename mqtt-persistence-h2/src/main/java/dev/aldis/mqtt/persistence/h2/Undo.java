package dev.aldis.mqtt.persistence.h2;

import java.util.Arrays;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/** What the keys changed since the last commit had before, so that a commit that failed halfway can be taken back. */
final class Undo {

    private long[] keys = new long[64];
    private byte[] @Nullable [] before = new byte[64][];
    private int size;

    void add(long key, byte @Nullable [] bytesBefore) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
            before = Arrays.copyOf(before, size * 2);
        }
        keys[size] = key;
        before[size] = bytesBefore;
        size++;
    }

    /** Gives each key what it had; doing so twice does no harm. */
    void applyTo(MVMap<Long, byte[]> records) {
        for (int i = size - 1; i >= 0; i--) {
            byte[] bytes = before[i];
            if (bytes == null) {
                records.remove(keys[i]);
            } else {
                records.put(keys[i], bytes);
            }
        }
    }

    void clear() {
        Arrays.fill(before, 0, size, null);
        size = 0;
    }
}
