package dev.aldis.mqtt.spi.persistence.testkit;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import java.util.concurrent.CompletableFuture;

/** The end of one append, to wait for. */
public final class AppendFuture extends CompletableFuture<Void> implements AppendCompletion {

    private AppendFuture() {}

    /**
     * Hands a batch to a store.
     *
     * @param store that is open
     * @param batch what to change
     * @return completes with null when the batch is durable, and fails with the {@link StoreException} that the store named
     */
    public static AppendFuture of(SessionStore store, ChangeBatch batch) {
        AppendFuture end = new AppendFuture();
        store.append(batch, end);
        return end;
    }

    @Override
    public void appended() {
        complete(null);
    }

    @Override
    public void failed(StoreException cause) {
        completeExceptionally(cause);
    }
}
