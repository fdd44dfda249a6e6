package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Encrypts on the way to a store, on the thread that appends, and decrypts on the way back. */
final class EncryptingStore implements SessionStore {

    private final SessionStore store;
    private final RecordSealer sealer;

    /** Also its lock. */
    private final RecordOpener opener;

    /** The keys of records that were found to be damaged when the store was opened. */
    private final Set<Long> damagedKeys;

    /** A batch that nobody uses; usually one is enough. */
    private final AtomicReference<@Nullable SealedBatch> spare = new AtomicReference<>();

    EncryptingStore(SessionStore store, RecordSealer sealer, RecordOpener opener, Set<Long> damagedKeys) {
        this.store = store;
        this.sealer = sealer;
        this.opener = opener;
        this.damagedKeys = damagedKeys;
    }

    @Override
    public void append(ChangeBatch batch, AppendCompletion completion) {
        SealedBatch sealed = spare.getAndSet(null);
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
        public void appended() {
            release().appended();
        }

        @Override
        public void failed(StoreException cause) {
            release().failed(cause);
        }

        private AppendCompletion release() {
            AppendCompletion told = completion;
            if (told == null) {
                throw new IllegalStateException("The store below has completed a batch twice");
            }
            completion = null;
            changes.clear();
            spare.set(this);
            return told;
        }
    }

    @Override
    public List<StoredRecord> scan(long fromKey, int limit) {
        List<StoredRecord> found = new ArrayList<>(Math.min(Math.max(limit, 0), 1024));
        long from = fromKey;
        while (true) {
            int wanted = limit - found.size();
            List<StoredRecord> page = store.scan(from, wanted);
            for (StoredRecord record : page) {
                addOpened(record, found);
            }
            boolean end = page.size() < wanted || page.get(wanted - 1).key() == Long.MAX_VALUE;
            if (end || found.size() == limit) {
                return found;
            }
            from = page.get(wanted - 1).key() + 1;
        }
    }

    private void addOpened(StoredRecord record, List<StoredRecord> found) {
        RecordOpener.Opened opened;
        synchronized (opener) {
            opened = opener.open(record);
        }
        if (opened.fault() == RecordOpener.Fault.NONE) {
            found.add(new StoredRecord(record.key(), record.kind(), opened.content()));
        } else if (!damagedKeys.contains(record.key())) {
            throw new StoreException(
                    "Record " + record.key() + " has been changed by somebody else while its store was open ("
                            + opened.fault() + "): close and open the store, which leaves it out and reports it",
                    (Throwable) null);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
