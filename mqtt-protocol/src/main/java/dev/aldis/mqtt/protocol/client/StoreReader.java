package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Reads records for the event loop, which must not wait for a disk. Its daemon thread lives while there is work. */
final class StoreReader {

    private static final long IDLE_SECONDS = 1;

    /** Long enough for any page; a store that takes longer is closed all the same, and its answer is lost. */
    private static final long LONGEST_WAIT_SECONDS = 5;

    private final SessionStore store;
    private final ThreadPoolExecutor executor;

    StoreReader(SessionStore store) {
        this.store = store;
        // One thread at most, so that records come in the order in which they were asked for.
        this.executor =
                new ThreadPoolExecutor(0, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "aldis-mqtt-reader");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Reads; one of the two is told, on another thread. */
    void read(long fromKey, int limit, Consumer<List<StoredRecord>> records, Consumer<StoreException> failure) {
        executor.execute(() -> {
            List<StoredRecord> page;
            try {
                page = store.scan(fromKey, limit);
            } catch (StoreException e) {
                failure.accept(e);
                return;
            } catch (RuntimeException | Error e) {
                failure.accept(new StoreException("The store could not be read: " + e, e));
                return;
            }
            records.accept(page);
        });
    }

    /** Ends the thread. Blocks while it reads. */
    void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new MqttException(
                        "The store did not answer for " + LONGEST_WAIT_SECONDS + " s", (Throwable) null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
