package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.StoreException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Encrypts on the way to a store, on the thread that appends, and decrypts on the way back. */
final class EncryptingStore implements SessionStore {

    private final SessionStore store;
    private final RecordSealer sealer;

    private final DecryptingReader reader;

    /** Batches that nobody uses. */
    private final Queue<SealedBatch> spares = new ConcurrentLinkedQueue<>();

    EncryptingStore(SessionStore store, RecordSealer sealer, DecryptingReader reader) {
        this.store = store;
        this.sealer = sealer;
        this.reader = reader;
    }

    @Override
    public void append(ChangeBatch batch, AppendCompletion completion) {
        SealedBatch sealed = spares.poll();
        if (sealed == null) {
            sealed = new SealedBatch();
        }
        sealer.seal(batch, sealed.changes);
        sealed.completion = completion;
        store.append(sealed.changes, sealed);
    }

    /** Encrypted changes under way. */
    private final class SealedBatch implements AppendCompletion {

        private final ChangeBatch changes = new ChangeBatch();
        private @Nullable AppendCompletion completion;

        @Override
        public boolean isWanted() {
            return told().isWanted();
        }

        @Override
        public void appended() {
            release().appended();
        }

        @Override
        public void failed(StoreException cause) {
            release().failed(cause);
        }

        private AppendCompletion release() {
            AppendCompletion told = told();
            completion = null;
            changes.clear();
            spares.add(this);
            return told;
        }

        private AppendCompletion told() {
            AppendCompletion present = completion;
            if (present == null) {
                throw new IllegalStateException("The store below has completed a batch twice");
            }
            return present;
        }
    }

    @Override
    public List<StoredRecord> scan(long fromKey, int limit) {
        return reader.scan(fromKey, limit);
    }

    @Override
    public void close() {
        store.close();
    }
}
