package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A copy of a store's files in a temporary folder of this user, for {@link StoreProvider#openForReading}: whatever opening
 * the copy does to it, the store stays as it is. The store is locked only while it is copied.
 */
public final class TemporaryCopy implements AutoCloseable {

    private final Path folder;

    private TemporaryCopy(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes the copy.
     *
     * @param request for whom, and where, for error messages
     * @param data the file or folder that holds the records; the copy has the same name
     * @param lock of the store, see {@link StoreLock}; need not be there
     * @return the copy, to be closed
     * @throws StoreException if the store is not there, or is in use
     * @throws IOException if it cannot be copied
     */
    public static TemporaryCopy of(StoreRequest request, Path data, Path lock) throws IOException {
        if (Files.notExists(data)) {
            throw new StoreException(
                    "There is no store of the client '" + request.clientIdentifier() + "' at " + request.location()
                            + " (" + data + " is not there): check the location and the client identifier",
                    (Throwable) null);
        }
        TemporaryCopy copy =
                new TemporaryCopy(Files.createTempDirectory("aldis-mqtt-").toRealPath());
        try {
            copy.fill(data, lock);
            return copy;
        } catch (IOException | RuntimeException e) {
            copy.close();
            throw e;
        }
    }

    private void fill(Path data, Path lock) throws IOException {
        if (Files.notExists(lock)) {
            // A copy that somebody has made: nobody can have it open.
            copyTree(data);
            return;
        }
        StoreLock taken = StoreLock.take(lock);
        try {
            copyTree(data);
        } finally {
            taken.close();
        }
    }

    private void copyTree(Path data) throws IOException {
        Path target = folder.resolve(String.valueOf(data.getFileName()));
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(data.relativize(file).toString()));
            }
        }
    }

    /**
     * Where the copy is.
     *
     * @return a folder that holds nothing else, by its real path
     */
    public Path folder() {
        return folder;
    }

    /**
     * Deletes the copy. May be called repeatedly.
     *
     * @throws IOException if that fails
     */
    @Override
    public void close() throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : all) {
                Files.delete(file);
            }
        }
    }
}
