package dev.aldis.mqtt.persistence.h2;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.StoreLock;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A store that is looked at in a copy, so that nothing is done to the files themselves, not even what a repair would do. The
 * copy lies in a temporary folder of this user, and goes with the look. The store is locked only while it is copied.
 */
final class CopiedFile implements StoreReader {

    private final Path folder;
    private final RecordFile file;
    private boolean closed;

    private CopiedFile(Path folder, RecordFile file) {
        this.folder = folder;
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
        if (Files.notExists(paths.data())) {
            throw new StoreException(
                    "There is no store of the client '" + request.clientIdentifier() + "' at " + request.location()
                            + " (no file " + paths.data() + "): check the location and the client identifier",
                    (Throwable) null);
        }
        Path folder = Files.createTempDirectory("aldis-mqtt-h2-");
        try {
            StorePaths copied = new StorePaths(folder.toRealPath(), paths.name());
            copy(paths, copied);
            OpenFile open = new CheckedOpening(
                            copied,
                            access,
                            damage -> damageListener.accept("In a copy of " + paths.data() + " to look at: " + damage))
                    .open();
            return new CopiedFile(folder, new RecordFile(copied, access, open, false));
        } catch (IOException | RuntimeException | AssertionError e) {
            delete(folder);
            throw e;
        }
    }

    private static void copy(StorePaths from, StorePaths to) throws IOException {
        if (Files.notExists(from.lock())) {
            // A copy that somebody has made: nobody can have it open.
            Files.copy(from.data(), to.data());
            return;
        }
        StoreLock lock = StoreLock.take(from.lock());
        try {
            Files.copy(from.data(), to.data());
        } finally {
            lock.close();
        }
    }

    @Override
    public synchronized List<StoredRecord> scan(long fromKey, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("Limit " + limit + " is below 1: ask for one record or more");
        }
        if (closed) {
            throw new StoreException("The copy of the store in " + folder + " is closed", (Throwable) null);
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
            delete(folder);
        } catch (IOException | RuntimeException e) {
            throw new StoreException("The copy of the store in " + folder + " is left there: delete it", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
