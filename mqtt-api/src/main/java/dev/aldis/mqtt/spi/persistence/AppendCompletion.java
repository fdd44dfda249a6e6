package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.StoreException;

/** Told how a batch has ended; exactly one method is called, once. */
public interface AppendCompletion {

    /** The batch is durable at the level that the store was opened with. */
    void appended();

    /**
     * Nothing of the batch was applied, and nothing of it will be. The store works on: a later append may succeed.
     *
     * @param cause why
     */
    void failed(StoreException cause);
}
