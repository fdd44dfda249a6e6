package dev.aldis.mqtt.persistence.chronicle;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The segments that are still needed, in order of their numbers. */
final class Segments {

    private final List<Segment> segments = new ArrayList<>();

    /** The ordinal of the first in the list; the others follow without a gap. */
    private int base;

    private long sizeBytes;
    private long liveBytes;

    /** Adds one behind all others, with a greater number. */
    Segment add(int number, Path file, ChunkFormat format) {
        int ordinal = base + segments.size();
        if (ordinal > Location.LAST_ORDINAL) {
            throw new IllegalStateException("More than " + Location.LAST_ORDINAL
                    + " segments were written since the store was opened: close and open it");
        }
        Segment segment = new Segment(ordinal, number, file, format);
        segments.add(segment);
        return segment;
    }

    boolean isEmpty() {
        return segments.isEmpty();
    }

    Segment get(int ordinal) {
        return segments.get(ordinal - base);
    }

    Segment oldest() {
        return segments.get(0);
    }

    Segment newest() {
        return segments.get(segments.size() - 1);
    }

    /** Takes the oldest one out; nothing in it is live. */
    void removeOldest() {
        sizeBytes -= oldest().sizeBytes();
        segments.remove(0);
        base++;
    }

    /** Takes the newest one out; nothing in it is live. */
    void removeNewest() {
        sizeBytes -= newest().sizeBytes();
        segments.remove(segments.size() - 1);
    }

    /** Notes the size of the newest one. */
    void resizeNewest(long size) {
        Segment newest = newest();
        sizeBytes += size - newest.sizeBytes();
        newest.setSizeBytes(size);
    }

    /** A put stands at a location and is the latest of its key. */
    void addLive(long location) {
        int size = Location.sizeBytes(location);
        get(Location.ordinal(location)).addLive(size);
        liveBytes += size;
    }

    /** The put at a location is not live any more. */
    void removeLive(long location) {
        int size = Location.sizeBytes(location);
        get(Location.ordinal(location)).removeLive(size);
        liveBytes -= size;
    }

    /** What all of them use of the disk. */
    long sizeBytes() {
        return sizeBytes;
    }

    long liveBytes() {
        return liveBytes;
    }

    /** All of them. */
    List<Segment> all() {
        return Collections.unmodifiableList(segments);
    }
}
