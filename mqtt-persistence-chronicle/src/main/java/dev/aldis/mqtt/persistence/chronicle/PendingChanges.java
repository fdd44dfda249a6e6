package dev.aldis.mqtt.persistence.chronicle;

import java.util.Arrays;

/** The changes of a group that is not complete yet: keys in order of the changes, each with where its put stands. */
final class PendingChanges {

    private static final int KEPT_CAPACITY = 1 << 16;

    private long[] keys = new long[64];
    private long[] locations = new long[64];
    private int size;

    int size() {
        return size;
    }

    long key(int index) {
        return keys[index];
    }

    /** {@link Location#NONE} for a removal. */
    long location(int index) {
        return locations[index];
    }

    void add(long key, long location) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
            locations = Arrays.copyOf(locations, size * 2);
        }
        keys[size] = key;
        locations[size] = location;
        size++;
    }

    void setLocation(int index, long location) {
        locations[index] = location;
    }

    void clear() {
        size = 0;
        if (keys.length > KEPT_CAPACITY) {
            keys = new long[64];
            locations = new long[64];
        }
    }
}
