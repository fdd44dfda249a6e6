package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads what was encrypted; leaves out what was found to be damaged when the store was opened. */
final class DecryptingReader implements StoreReader {

    private final StoreReader store;

    /** Also its lock. */
    private final RecordOpener opener;

    private final Set<Long> damagedKeys;

    DecryptingReader(StoreReader store, RecordOpener opener, Set<Long> damagedKeys) {
        this.store = store;
        this.opener = opener;
        this.damagedKeys = damagedKeys;
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
