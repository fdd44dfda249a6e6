package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store as an engine sees it: what is durable, and the one batch that is under way. */
final class BatchStore implements StoreReader {

    private record Change(long key, @Nullable StoredRecord written) {}

    private final TreeMap<Long, StoredRecord> durable = new TreeMap<>();
    private final List<Change> underWay = new ArrayList<>();
    private long numberUnderWay;
    private long numberDurable;

    void append(ChangeBatch batch, long number) {
        Rule.equal(0L, numberUnderWay, "The batch under way while another one is appended");
        Rule.check(number > numberDurable && batch.size() > 0, "Batch " + number + " follows " + numberDurable);
        numberUnderWay = number;
        for (int i = 0; i < batch.size(); i++) {
            byte[] content = new byte[batch.lengthBytes(i)];
            System.arraycopy(batch.array(), batch.offset(i), content, 0, content.length);
            underWay.add(new Change(
                    batch.key(i),
                    batch.isPut(i) ? new StoredRecord(batch.key(i), batch.kind(i), Payload.wrap(content)) : null));
        }
    }

    boolean isUnderWay() {
        return numberUnderWay != 0;
    }

    /** Makes the batch under way durable; gives its number. */
    long confirm() {
        numberDurable = numberUnderWay;
        apply();
        return numberDurable;
    }

    /** Drops the batch under way; gives its number. */
    long refuse() {
        long number = numberUnderWay;
        forget();
        return number;
    }

    /** The process dies: the batch under way may have reached the disk or not. */
    void crash(boolean batchSurvives) {
        if (batchSurvives) {
            apply();
        }
        forget();
        numberDurable = 0;
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

    private void forget() {
        underWay.clear();
        numberUnderWay = 0;
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
