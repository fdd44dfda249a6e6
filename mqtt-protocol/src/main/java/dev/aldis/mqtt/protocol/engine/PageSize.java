package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.List;

/** How many records are read at a time: as many as were small enough before, so that a page of large ones fits in memory. */
final class PageSize {

    private static final long WANTED_BYTES = 1 << 20;
    private static final int FIRST = 64;

    private final int most;
    private int records;

    PageSize(int most) {
        this.most = most;
        this.records = Math.min(FIRST, most);
    }

    int records() {
        return records;
    }

    /** Learns from a page that was read; tells whether it was full, so that there may be more. */
    boolean took(List<StoredRecord> page) {
        boolean full = page.size() >= records;
        long bytes = 0;
        for (StoredRecord record : page) {
            bytes += record.content().sizeBytes();
        }
        if (bytes > WANTED_BYTES) {
            records = (int) Math.max(1, page.size() * WANTED_BYTES / bytes);
        } else if (bytes < WANTED_BYTES / 2 && page.size() >= records) {
            records = Math.min(most, records * 2);
        }
        return full;
    }
}
