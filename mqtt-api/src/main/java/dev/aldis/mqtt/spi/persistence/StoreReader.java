package dev.aldis.mqtt.spi.persistence;

import java.util.List;

/** A store as it is read. Safe for use by any number of threads. */
public interface StoreReader extends AutoCloseable {

    /**
     * Reads live records in the order of their keys. May block; never called on an event loop.
     *
     * @param fromKey the smallest key to give
     * @param limit the greatest number of records to give, 1 or more
     * @return the records with the smallest keys from {@code fromKey} on; fewer than {@code limit} only at the end
     * @throws IllegalArgumentException if the limit is below 1
     * @throws dev.aldis.mqtt.api.StoreException if the store cannot be read, or is closed
     */
    List<StoredRecord> scan(long fromKey, int limit);

    /**
     * Closes it; no thread and no file is left open. Blocks. May be called repeatedly.
     *
     * @throws dev.aldis.mqtt.api.StoreException if that fails
     */
    @Override
    void close();
}
