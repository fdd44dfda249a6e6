package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** A log without the thread that would use it, beside what it ought to hold: what a test does happens at once. */
final class OpenLog {

    static final int SEGMENT_BYTES = 64 << 10;
    static final long SLACK_BYTES = 4L * SEGMENT_BYTES;

    private final List<String> damage = new ArrayList<>();
    private final Map<Long, StoredRecord> expected;
    private final StorePaths paths;
    private final Segments segments;
    private final RecordLog log;

    /** Opens the log of the client {@code client}. */
    OpenLog(Path folder, SegmentFiles files, boolean forced, Map<Long, StoredRecord> expected) throws IOException {
        Preflight.check();
        this.expected = new TreeMap<>(expected);
        paths = new StorePaths(folder, "client");
        Recovery recovery = new Recovery(files, paths, damage::add);
        recovery.run();
        segments = recovery.records().segments();
        log = new RecordLog(files, paths, recovery, new RecordLog.Settings(SEGMENT_BYTES, SLACK_BYTES, forced));
        log.start(recovery.damagedSegment());
    }

    RecordLog log() {
        return log;
    }

    StorePaths paths() {
        return paths;
    }

    Segments segments() {
        return segments;
    }

    /** What was said while it was opened. */
    List<String> damage() {
        return damage;
    }

    /** What it ought to hold. */
    Map<Long, StoredRecord> expected() {
        return expected;
    }

    List<StoredRecord> expectedRecords() {
        return List.copyOf(expected.values());
    }

    List<StoredRecord> all() throws IOException {
        return log.scan(0, Integer.MAX_VALUE);
    }

    /** One commit that puts a record. */
    void put(long key, int kind, byte... record) throws IOException {
        ChangeBatch batch = new ChangeBatch();
        Payload content = Payload.copyOf(record);
        batch.put(key, kind, content.asByteBuffer());
        commit(batch);
        expected.put(key, new StoredRecord(key, kind, content));
    }

    /** One commit that puts the same record under all keys from one to another. */
    void putRun(long first, long last, byte... record) throws IOException {
        ChangeBatch batch = new ChangeBatch();
        Payload content = Payload.copyOf(record);
        for (long key = first; key <= last; key++) {
            batch.put(key, 1, content.asByteBuffer());
        }
        commit(batch);
        for (long key = first; key <= last; key++) {
            expected.put(key, new StoredRecord(key, 1, content));
        }
    }

    /** One commit that removes all keys from one to another. */
    void removeRun(long first, long last) throws IOException {
        remove(LongStream.rangeClosed(first, last).toArray());
    }

    /** One commit that removes keys. */
    void remove(long... keys) throws IOException {
        ChangeBatch batch = new ChangeBatch();
        for (long key : keys) {
            batch.remove(key);
        }
        commit(batch);
        for (long key : keys) {
            expected.remove(key);
        }
    }

    private void commit(ChangeBatch batch) throws IOException {
        try {
            log.apply(batch);
            log.commit();
        } catch (IOException | RuntimeException e) {
            log.abandon(e);
            throw e;
        }
    }
}
