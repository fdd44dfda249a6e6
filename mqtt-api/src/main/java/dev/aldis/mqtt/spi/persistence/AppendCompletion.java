package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.StoreException;

/** Told how a batch has ended: {@link #appended()} or {@link #failed} is called, once. */
public interface AppendCompletion {

    /**
     * Whether the batch is still to be applied. A store that applies batches later than {@link SessionStore#append} asks
     * this first, on the thread that tells completions; one that applies them before {@code append} returns need not. It is
     * false when an earlier batch has failed and this one was appended before the client knew of it: then it is told as
     * {@link #failed}, so that what is stored never has a gap.
     *
     * @return true unless overridden
     */
    default boolean isWanted() {
        return true;
    }

    /** The batch is durable at the level that the store was opened with. */
    void appended();

    /**
     * Nothing of the batch was applied, and nothing of it will be. The store works on: a later append may succeed.
     *
     * @param cause why
     */
    void failed(StoreException cause);
}
