package dev.aldis.mqtt.spi.persistence.testkit;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * What the writer of a crash test appends: numbered batches of puts and removals that follow from a seed, so that the state
 * after each batch can be worked out afterwards. Each batch also puts its number under the greatest key.
 */
public final class CrashScript {

    private static final int KEYS = 300;
    private static final int CHANGES = 20;
    private static final int RECORD_BYTES = 400;
    private static final long NUMBER_KEY = Long.MAX_VALUE;

    private final long seed;

    /**
     * A script.
     *
     * @param seed everything follows from it
     */
    public CrashScript(long seed) {
        this.seed = seed;
    }

    /**
     * Empties a batch and fills it.
     *
     * @param batch to fill
     * @param number 1 or more
     */
    public void fill(ChangeBatch batch, int number) {
        Random random = new Random(seed * 1_000_003 + number);
        batch.clear();
        for (int changes = 1 + random.nextInt(CHANGES); changes > 0; changes--) {
            long key = random.nextInt(KEYS);
            if (random.nextInt(3) == 0) {
                batch.remove(key);
            } else {
                byte[] record = new byte[random.nextInt(RECORD_BYTES)];
                random.nextBytes(record);
                batch.put(key, random.nextInt(256), ByteBuffer.wrap(record));
            }
        }
        batch.put(NUMBER_KEY, 0, ByteBuffer.allocate(Integer.BYTES).putInt(0, number));
    }

    /**
     * What a store holds after the first batches.
     *
     * @param batches how many
     * @return the records in the order of their keys
     */
    public List<StoredRecord> stateAfter(int batches) {
        TreeMap<Long, StoredRecord> records = new TreeMap<>();
        ChangeBatch batch = new ChangeBatch();
        for (int number = 1; number <= batches; number++) {
            fill(batch, number);
            for (int i = 0; i < batch.size(); i++) {
                long key = batch.key(i);
                if (batch.isPut(i)) {
                    ByteBuffer bytes = ByteBuffer.wrap(batch.array(), batch.offset(i), batch.lengthBytes(i));
                    records.put(key, new StoredRecord(key, batch.kind(i), Payload.copyOf(bytes)));
                } else {
                    records.remove(key);
                }
            }
        }
        return new ArrayList<>(records.values());
    }

    /**
     * Which batch was the last that went into a store.
     *
     * @param records all that it holds
     * @return the number of the batch; 0 if none
     */
    public static int lastBatchIn(List<StoredRecord> records) {
        if (records.isEmpty()) {
            return 0;
        }
        StoredRecord last = records.get(records.size() - 1);
        return last.key() == NUMBER_KEY ? last.content().asByteBuffer().getInt() : 0;
    }
}
