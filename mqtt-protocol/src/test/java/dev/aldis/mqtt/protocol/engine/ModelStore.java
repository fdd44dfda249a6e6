package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store as the engine sees it: what is durable, and the batches that are under way. */
final class ModelStore {

    /** One change; the record is null for a removal. */
    record Change(long key, @Nullable StoredRecord written) {

        boolean isPut() {
            return written != null;
        }
    }

    private record Taken(long number, List<Change> changes) {}

    private final TreeMap<Long, StoredRecord> durable = new TreeMap<>();
    private final ArrayDeque<Taken> underWay = new ArrayDeque<>();
    private boolean takesOthersDown;
    private long numberDurable;
    private long numberAppended;
    private int keptAtCrash;
    private int crashedWith;

    /** Takes a batch; gives its changes. */
    List<Change> append(ChangeBatch batch, long number) {
        if (underWay.size() == StoreGate.MOST_UNDER_WAY || takesOthersDown) {
            throw new AssertionError("Batch " + number + " is appended while " + underWay + " are under way");
        }
        if (number <= Math.max(numberAppended, numberDurable) || batch.size() == 0) {
            throw new AssertionError(
                    "Batch " + number + " with " + batch.size() + " changes follows " + numberAppended);
        }
        numberAppended = number;
        Taken taken = new Taken(number, changes(batch));
        underWay.addLast(taken);
        return taken.changes;
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
        return !underWay.isEmpty();
    }

    /** Whether the oldest batch under way cannot be confirmed, since one before it has failed. */
    boolean isDoomed() {
        return takesOthersDown;
    }

    /** Makes the oldest batch under way durable; gives its number. */
    long confirm() {
        if (takesOthersDown) {
            throw new AssertionError("A batch cannot be stored after one that was not: " + underWay);
        }
        numberDurable = apply();
        return numberDurable;
    }

    private long apply() {
        Taken oldest = underWay.removeFirst();
        for (Change change : oldest.changes) {
            StoredRecord written = change.written();
            if (written == null) {
                durable.remove(change.key());
            } else {
                durable.put(change.key(), written);
            }
        }
        return oldest.number;
    }

    /** Drops the oldest batch under way, and is to drop those behind it next; gives its number. */
    long refuse() {
        Taken oldest = underWay.removeFirst();
        takesOthersDown = !underWay.isEmpty();
        return oldest.number;
    }

    /** If batches survive a crash, it is so many, or all if there are fewer. */
    void keepAtCrash(int batches) {
        keptAtCrash = batches;
    }

    /** How many batches the last crash left the choice about. */
    int crashedWith() {
        return crashedWith;
    }

    /** The process dies: of the batches under way the first ones may have reached the disk, some of them or all, or none. */
    void crash(boolean batchSurvives) {
        crashedWith = takesOthersDown ? 0 : underWay.size();
        if (batchSurvives && !takesOthersDown) {
            // Which it is depends on nothing that matters, and is the same in each run.
            int drawn = numberDurable % 2 == 0 ? underWay.size() : 1;
            int surviving = keptAtCrash > 0 ? keptAtCrash : drawn;
            for (int i = 0; i < surviving && !underWay.isEmpty(); i++) {
                apply();
            }
        }
        underWay.clear();
        takesOthersDown = false;
        numberDurable = 0;
        numberAppended = 0;
    }

    /** The number of the last batch that was confirmed in this run. */
    long numberDurable() {
        return numberDurable;
    }

    /** The number of the last batch that was appended in this run. */
    long numberAppended() {
        return numberAppended;
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
