package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.StoreException;
import java.io.IOException;
import java.util.List;

/**
 * What an author of a store writes when {@link SingleThreadStore} does the rest: plain methods that may block, all of them
 * called by one thread at a time. Any of them may throw what it likes; the store then answers who waits with a
 * {@link StoreException} that names {@link #toString()} and the cause.
 */
public interface BlockingStore {

    /**
     * Changes the records, to be followed by more batches and then by {@link #commit()} or {@link #abandon(Throwable)}.
     *
     * @param batch is not used any more when this returns
     * @throws IOException if it fails
     */
    void apply(ChangeBatch batch) throws IOException;

    /**
     * Makes everything that was applied durable, in one go: all of it or, by an exception and {@link #abandon(Throwable)},
     * nothing.
     *
     * @throws IOException if it fails
     */
    void commit() throws IOException;

    /**
     * Gives up what was applied and not committed. Called after an exception of any other method but {@link #close()}. If
     * giving up fails as well, the store is <em>broken</em> until a later use has mended it.
     *
     * @param cause what went wrong; is given a further error as a suppressed one
     */
    void abandon(Throwable cause);

    /**
     * Whether the last failure is not mended yet.
     *
     * @return true if a further {@link #tidy()} shall try it soon
     */
    boolean isBroken();

    /**
     * Reads records as {@link SessionStore#scan(long, int)} does. Not called between {@code apply} and {@code commit}.
     *
     * @param fromKey the smallest key to give
     * @param limit the greatest number of records to give, 1 or more
     * @return the records in the order of their keys
     * @throws IOException if it fails
     */
    List<StoredRecord> scan(long fromKey, int limit) throws IOException;

    /**
     * Uses a pause of about a second in which nobody has asked for anything: the place for work that can wait.
     *
     * @throws IOException if it fails
     */
    void tidy() throws IOException;

    /**
     * Ends it; everything that was committed is durable. Called once, whether the store is broken or not.
     *
     * @throws IOException if it fails
     */
    void close() throws IOException;

    /**
     * What error messages call this store.
     *
     * @return for example the path of its file
     */
    @Override
    String toString();
}
