package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import dev.aldis.mqtt.spi.persistence.TemporaryCopy;
import java.io.IOException;
import java.util.List;

/** A store that is looked at in a copy, so that nothing is done to its files, not even what opening does. */
final class CopiedStore implements StoreReader {

    private final TemporaryCopy copy;
    private final SessionStore store;

    CopiedStore(TemporaryCopy copy, SessionStore store) {
        this.copy = copy;
        this.store = store;
    }

    @Override
    public List<StoredRecord> scan(long fromKey, int limit) {
        return store.scan(fromKey, limit);
    }

    @Override
    public void close() {
        try (copy) {
            store.close();
        } catch (IOException e) {
            throw new StoreException("The copy of the store in " + copy.folder() + " is left there: delete it", e);
        }
    }
}
