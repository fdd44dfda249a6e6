package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store as the engine sees it: what is durable, and the one batch that is under way. */
final class ModelStore {

    /** One change; the record is null for a removal. */
    record Change(long key, @Nullable StoredRecord written) {

        boolean isPut() {
            return written != null;
        }
    }

    private final TreeMap<Long, StoredRecord> durable = new TreeMap<>();
    private List<Change> underWay = List.of();
    private long numberUnderWay;
    private long numberDurable;

    /** Takes a batch; gives its changes. */
    List<Change> append(ChangeBatch batch, long number) {
        if (numberUnderWay != 0) {
            throw new AssertionError("Batch " + number + " is appended while " + numberUnderWay + " is under way");
        }
        if (number <= numberDurable || batch.size() == 0) {
            throw new AssertionError("Batch " + number + " with " + batch.size() + " changes follows " + numberDurable);
        }
        numberUnderWay = number;
        underWay = changes(batch);
        return underWay;
    }

    static List<Change> changes(ChangeBatch batch) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            byte[] content = new byte[batch.lengthBytes(i)];
            System.arraycopy(batch.array(), batch.offset(i), content, 0, content.length);
            changes.add(new Change(
                    batch.key(i),
                    batch.isPut(i) ? new StoredRecord(batch.key(i), batch.kind(i), Payload.wrap(content)) : null));
        }
        return changes;
    }

    boolean isUnderWay() {
        return numberUnderWay != 0;
    }

    /** Makes the batch under way durable; gives its number. */
    long confirm() {
        long number = numberUnderWay;
        apply();
        numberDurable = number;
        return number;
    }

    private void apply() {
        for (Change change : underWay) {
            StoredRecord written = change.written();
            if (written == null) {
                durable.remove(change.key());
            } else {
                durable.put(change.key(), written);
            }
        }
        forget();
    }

    /** Drops the batch under way; gives its number. */
    long refuse() {
        long number = numberUnderWay;
        forget();
        return number;
    }

    private void forget() {
        underWay = List.of();
        numberUnderWay = 0;
    }

    /** The process dies: the batch under way may have reached the disk or not. */
    void crash(boolean batchSurvives) {
        if (batchSurvives) {
            apply();
        }
        forget();
        numberDurable = 0;
    }

    /** The number of the last batch that was confirmed in this run. */
    long numberDurable() {
        return numberDurable;
    }

    /** The number of the batch under way, or of the last one before it. */
    long numberAppended() {
        return Math.max(numberUnderWay, numberDurable);
    }

    List<StoredRecord> scan(long fromKey, int limit) {
        return durable.tailMap(fromKey).values().stream().limit(limit).toList();
    }

    List<StoredRecord> records() {
        return new ArrayList<>(durable.values());
    }

    Map<Long, StoredRecord> durable() {
        return Collections.unmodifiableMap(durable);
    }

    /** A record is lost, past the engine. */
    void setAside(long key) {
        durable.remove(key);
    }

    /** Writes a record past the engine. */
    void plant(StoredRecord planted) {
        durable.put(planted.key(), planted);
    }
}
