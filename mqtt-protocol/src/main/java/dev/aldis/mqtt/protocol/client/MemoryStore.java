package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.List;

/** A store on the heap. A batch is applied and its completion called before {@code append} returns. */
final class MemoryStore implements SessionStore {

    private final String name;
    private final MemoryRecords records;
    private final Runnable onClose;

    /** Guarded by {@link #records}. */
    private boolean closed;

    /**
     * Makes a store.
     *
     * @param name for error messages
     * @param records the content; also its lock
     * @param onClose called once
     */
    MemoryStore(String name, MemoryRecords records, Runnable onClose) {
        this.name = name;
        this.records = records;
        this.onClose = onClose;
    }

    @Override
    public void append(ChangeBatch batch, AppendCompletion completion) {
        if (apply(batch)) {
            completion.appended();
        } else {
            completion.failed(closedError());
        }
    }

    private boolean apply(ChangeBatch batch) {
        synchronized (records) {
            if (closed) {
                return false;
            }
            for (int i = 0; i < batch.size(); i++) {
                if (batch.isPut(i)) {
                    records.put(batch.key(i), batch.kind(i), batch.array(), batch.offset(i), batch.lengthBytes(i));
                } else {
                    records.remove(batch.key(i));
                }
            }
            return true;
        }
    }

    @Override
    public List<StoredRecord> scan(long fromKey, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("Limit " + limit + " is below 1: ask for one record or more");
        }
        synchronized (records) {
            if (closed) {
                throw closedError();
            }
            return records.scan(fromKey, limit);
        }
    }

    @Override
    public void close() {
        synchronized (records) {
            if (closed) {
                return;
            }
            closed = true;
        }
        onClose.run();
    }

    private StoreException closedError() {
        return new StoreException("The store " + name + " is closed", (Throwable) null);
    }
}
