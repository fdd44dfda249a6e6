package dev.aldis.mqtt.persistence.chronicle;

import java.util.Arrays;

/** Some neighbouring keys in order, with their locations. What is in use may begin anywhere, so that a queue is cheap. */
final class IndexPage {

    static final int CAPACITY = 256;

    private final long[] keys = new long[CAPACITY];
    private final long[] locations = new long[CAPACITY];
    private int start;
    private int end;

    int size() {
        return end - start;
    }

    boolean isFull() {
        return size() == CAPACITY;
    }

    long key(int index) {
        return keys[start + index];
    }

    long location(int index) {
        return locations[start + index];
    }

    void setLocation(int index, long location) {
        locations[start + index] = location;
    }

    /** Where a key is, or {@code -1 - where it belongs}. */
    int find(long key) {
        // Most keys come behind all others.
        if (end == start || keys[end - 1] < key) {
            return -1 - size();
        }
        int found = Arrays.binarySearch(keys, start, end, key);
        return found >= 0 ? found - start : found + start;
    }

    /** Puts a key in at its place; the page is not full. */
    void insert(int index, long key, long location) {
        int at = start + index;
        boolean towardsStart = start > 0 && (end == CAPACITY || index < size() / 2);
        if (towardsStart) {
            move(start, start - 1, index);
            start--;
            at--;
        } else {
            move(at, at + 1, end - at);
            end++;
        }
        keys[at] = key;
        locations[at] = location;
    }

    void remove(int index) {
        if (index < size() / 2) {
            move(start, start + 1, index);
            start++;
        } else {
            int at = start + index;
            move(at + 1, at, end - at - 1);
            end--;
        }
    }

    /** Moves the second half into a new page. */
    IndexPage split() {
        IndexPage second = new IndexPage();
        int kept = size() / 2;
        second.addAll(this, kept);
        end = start + kept;
        return second;
    }

    /** Takes everything of the page that follows. */
    void append(IndexPage next) {
        if (CAPACITY - end < next.size()) {
            int size = size();
            move(start, 0, size);
            start = 0;
            end = size;
        }
        addAll(next, 0);
    }

    private void addAll(IndexPage from, int first) {
        int count = from.size() - first;
        System.arraycopy(from.keys, from.start + first, keys, end, count);
        System.arraycopy(from.locations, from.start + first, locations, end, count);
        end += count;
    }

    private void move(int from, int to, int count) {
        System.arraycopy(keys, from, keys, to, count);
        System.arraycopy(locations, from, locations, to, count);
    }
}
