package dev.aldis.mqtt.persistence.h2;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import dev.aldis.mqtt.spi.persistence.TemporaryCopy;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** A store that is looked at in a copy, so that nothing is done to its file, not even what a repair would do. */
final class CopiedFile implements StoreReader {

    private final TemporaryCopy copy;
    private final RecordFile file;
    private boolean closed;

    private CopiedFile(TemporaryCopy copy, RecordFile file) {
        this.copy = copy;
        this.file = file;
    }

    /**
     * Copies the file of a store and opens the copy.
     *
     * @throws StoreException if there is none, or if it is in use
     * @throws IOException if it cannot be copied
     */
    static CopiedFile of(StorePaths paths, StoreRequest request, FileAccess access, Consumer<String> damageListener)
            throws IOException {
        TemporaryCopy copy = TemporaryCopy.of(request, paths.data(), paths.lock());
        try {
            StorePaths copied = new StorePaths(copy.folder(), paths.name());
            String where = "In a copy of " + paths.data() + " to look at: ";
            OpenFile open = new CheckedOpening(copied, access, damage -> damageListener.accept(where + damage)).open();
            return new CopiedFile(copy, new RecordFile(copied, access, open, false));
        } catch (IOException | RuntimeException | AssertionError e) {
            copy.close();
            throw e;
        }
    }

    @Override
    public synchronized List<StoredRecord> scan(long fromKey, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("Limit " + limit + " is below 1: ask for one record or more");
        }
        if (closed) {
            throw new StoreException("The copy of the store in " + copy.folder() + " is closed", (Throwable) null);
        }
        return file.scan(fromKey, limit);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            file.close();
            copy.close();
        } catch (IOException | RuntimeException e) {
            throw new StoreException("The copy of the store in " + copy.folder() + " is left there: delete it", e);
        }
    }
}
