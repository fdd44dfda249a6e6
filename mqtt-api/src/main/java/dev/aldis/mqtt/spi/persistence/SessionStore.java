package dev.aldis.mqtt.spi.persistence;

import java.util.List;

/**
 * A durable ordered map from a long key to a record, changed in atomic batches. {@code append} and {@code scan} may be
 * called from different threads; {@code append} is called by one thread at a time.
 */
public interface SessionStore extends StoreReader {

    /**
     * Applies a batch, all of it or nothing, after all earlier ones. Never blocks the caller: a store that has to wait for
     * a disk does so on a thread of its own. The client appends up to three batches before the first has completed, and collects
     * meanwhile; a store must work all the same when there are more. With a batch that fails those fail that were appended
     * before the client could know of it ({@link AppendCompletion#isWanted()}).
     *
     * @param batch the changes, in order; must not be changed or used again by the caller until it is completed
     * @param completion told, exactly once and in the order of the batches, when the batch is durable at the level asked
     *     for, or that it was not applied; on any thread, also before this method returns
     */
    void append(ChangeBatch batch, AppendCompletion completion);

    /**
     * Reads live records in the order of their keys, as of all completed batches. May block; never called on an event
     * loop.
     *
     * @param fromKey the smallest key to give
     * @param limit the greatest number of records to give, 1 or more
     * @return the records with the smallest keys from {@code fromKey} on; fewer than {@code limit} only at the end
     * @throws dev.aldis.mqtt.api.StoreException if the store cannot be read
     */
    @Override
    List<StoredRecord> scan(long fromKey, int limit);

    /**
     * Closes the store. Everything appended before is durable and its completion called when this method returns; no
     * thread and no file is left open. Blocks. May be called repeatedly; appends afterwards fail.
     *
     * @throws dev.aldis.mqtt.api.StoreException if what was appended could not be made durable
     */
    @Override
    void close();
}
