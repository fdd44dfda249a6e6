package dev.aldis.mqtt.persistence.chronicle;

import java.nio.file.Path;

/** One file of the store, and how much of it is live. */
final class Segment {

    private static final int FEW_RECORDS = 64;
    private static final int FEW_BYTES = 64 << 10;

    private final int ordinal;
    private final int number;
    private final Path file;
    private final ChunkFormat format;
    private long sizeBytes;
    private long liveBytes;
    private int liveRecords;

    Segment(int ordinal, int number, Path file, ChunkFormat format) {
        this.ordinal = ordinal;
        this.number = number;
        this.file = file;
        this.format = format;
    }

    /** How the index calls it, in this process. */
    int ordinal() {
        return ordinal;
    }

    /** How its file is called. */
    int number() {
        return number;
    }

    Path file() {
        return file;
    }

    /** How its chunks are to be read. */
    ChunkFormat format() {
        return format;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    void setSizeBytes(long size) {
        sizeBytes = size;
    }

    long liveBytes() {
        return liveBytes;
    }

    boolean hasLiveRecords() {
        return liveRecords > 0;
    }

    /** Whether so little is live that it is found faster through the index than by reading the file. */
    boolean hasFewLiveRecords() {
        return liveRecords <= FEW_RECORDS && liveBytes <= FEW_BYTES;
    }

    int liveRecords() {
        return liveRecords;
    }

    void addLive(long bytes) {
        liveBytes += bytes;
        liveRecords++;
    }

    void removeLive(long bytes) {
        liveBytes -= bytes;
        liveRecords--;
    }
}
