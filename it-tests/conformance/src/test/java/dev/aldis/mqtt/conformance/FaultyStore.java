package dev.aldis.mqtt.conformance;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.List;

/** A store that can write, or cannot, as the test says. */
final class FaultyStore implements StoreProvider, SessionStore {

    volatile boolean writes = true;

    @Override
    public String scheme() {
        return "faulty";
    }

    @Override
    public SessionStore open(StoreRequest request) {
        return this;
    }

    @Override
    public void append(ChangeBatch batch, AppendCompletion completion) {
        if (writes) {
            completion.appended();
        } else {
            completion.failed(new StoreException("no space left", (Throwable) null));
        }
    }

    @Override
    public List<StoredRecord> scan(long fromKey, int limit) {
        return List.of();
    }

    @Override
    public void close() {}
}
