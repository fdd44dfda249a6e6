package dev.aldis.mqtt.persistence.h2;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.LongDataType;

/** The records of one session in one file. Used by one thread at a time. */
final class RecordFile {

    private static final String RECORDS = "records";
    private static final int CACHE_MEGABYTES = 4;

    private final Path file;
    private final MVStore store;
    private final MVMap<Long, byte[]> records;
    private final boolean synced;
    private final RecordFormat format = new RecordFormat();

    private RecordFile(Path file, MVStore store, boolean synced) {
        this.file = file;
        this.store = store;
        this.synced = synced;
        this.records = store.openMap(
                RECORDS,
                new MVMap.Builder<Long, byte[]>().keyType(LongDataType.INSTANCE).valueType(RecordType.INSTANCE));
    }

    static RecordFile open(Path file, String fileSystem, boolean synced) {
        try {
            MVStore store = new MVStore.Builder()
                    .fileName(fileSystem + file)
                    .autoCommitDisabled()
                    .cacheSize(CACHE_MEGABYTES)
                    .open();
            store.setRetentionTime(0);
            store.setVersionsToKeep(0);
            return new RecordFile(file, store, synced);
        } catch (MVStoreException e) {
            throw new StoreException("The store " + file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    void apply(ChangeBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            if (batch.isPut(i)) {
                records.put(batch.key(i), format.encode(batch, i));
            } else {
                records.remove(batch.key(i));
            }
        }
    }

    void commit() {
        store.commit();
        if (synced) {
            store.sync();
        }
    }

    List<StoredRecord> scan(long fromKey, int limit) {
        List<StoredRecord> found = new ArrayList<>(Math.min(limit, 1024));
        Cursor<Long, byte[]> cursor = records.cursor(fromKey);
        while (found.size() < limit && cursor.hasNext()) {
            long key = cursor.next();
            found.add(format.decode(key, cursor.getValue()));
        }
        return found;
    }

    void close() {
        store.close();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
