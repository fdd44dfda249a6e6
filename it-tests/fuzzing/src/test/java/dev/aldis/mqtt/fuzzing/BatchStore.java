package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store as an engine sees it: what is durable, and the batches that are under way. */
final class BatchStore implements StoreReader {

    /** What the engine hands out at most before the store has answered. */
    private static final int MOST_UNDER_WAY = 3;

    private record Change(long key, @Nullable StoredRecord written) {}

    private record Taken(long number, List<Change> changes) {}

    private final TreeMap<Long, StoredRecord> durable = new TreeMap<>();
    private final ArrayDeque<Taken> underWay = new ArrayDeque<>();
    private boolean takesOthersDown;
    private long numberAppended;

    void append(ChangeBatch batch, long number) {
        Rule.check(!takesOthersDown, "A batch is appended before the store has answered for all that failed");
        Rule.check(underWay.size() < MOST_UNDER_WAY, "Too many batches are under way");
        Rule.check(number > numberAppended && batch.size() > 0, "Batch " + number + " follows " + numberAppended);
        numberAppended = number;
        Taken taken = new Taken(number, new ArrayList<>());
        underWay.addLast(taken);
        for (int i = 0; i < batch.size(); i++) {
            byte[] content = new byte[batch.lengthBytes(i)];
            System.arraycopy(batch.array(), batch.offset(i), content, 0, content.length);
            taken.changes.add(new Change(
                    batch.key(i),
                    batch.isPut(i) ? new StoredRecord(batch.key(i), batch.kind(i), Payload.wrap(content)) : null));
        }
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

    /** The process dies: the oldest batch under way may have reached the disk or not. */
    void crash(boolean batchSurvives) {
        if (batchSurvives && !underWay.isEmpty() && !takesOthersDown) {
            confirm();
        }
        underWay.clear();
        takesOthersDown = false;
        numberAppended = 0;
    }

    List<StoredRecord> records() {
        return List.copyOf(durable.values());
    }

    @Nullable
    StoredRecord at(long key) {
        return durable.get(key);
    }

    int sizeBytes() {
        return durable.values().stream()
                .mapToInt(record -> 64 + record.content().sizeBytes())
                .sum();
    }

    /** Writes a record past the engine. */
    void plant(StoredRecord planted) {
        durable.put(planted.key(), planted);
    }

    void remove(long key) {
        durable.remove(key);
    }

    @Override
    public List<StoredRecord> scan(long fromKey, int limit) {
        return durable.tailMap(fromKey).values().stream().limit(limit).toList();
    }

    @Override
    public void close() {
        durable.clear();
    }
}
