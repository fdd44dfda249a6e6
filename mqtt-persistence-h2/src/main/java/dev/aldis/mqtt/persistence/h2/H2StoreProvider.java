package dev.aldis.mqtt.persistence.h2;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.OwnerOnly;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.SingleThreadStore;
import dev.aldis.mqtt.spi.persistence.StoreLock;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;

/**
 * Stores in files of H2's MVStore, for the scheme {@code h2}: {@code h2:./data} is the folder {@code data}, which is made if
 * it is not there, with one file for each client identifier. On POSIX systems only the owner may read what is made.
 */
public final class H2StoreProvider implements StoreProvider {

    private static final Logger LOG = System.getLogger(H2StoreProvider.class.getName());

    /** What H2 shall put in front of each file name: the file system to use. */
    private final String fileSystem;

    /** Made by {@link java.util.ServiceLoader}. */
    public H2StoreProvider() {
        this("");
    }

    H2StoreProvider(String fileSystem) {
        this.fileSystem = fileSystem;
    }

    @Override
    public String scheme() {
        return "h2";
    }

    @Override
    public SessionStore open(StoreRequest request) {
        Path folder = request.path().toAbsolutePath().normalize();
        try {
            OwnerOnly.createFolders(folder);
            StorePaths paths = new StorePaths(folder.toRealPath(), request.fileName());
            return open(request, paths, StoreLock.take(paths.lock()));
        } catch (IOException e) {
            throw new StoreException(
                    "The folder " + folder + " of the persistence URI '" + request.location() + "' cannot be written ("
                            + e + "): make it a folder that this user may write, or choose another location",
                    e);
        }
    }

    /** Looks into a copy of the file, in a temporary folder of this user. */
    @Override
    public StoreReader openForReading(StoreRequest request) {
        StorePaths paths = new StorePaths(request.path().toAbsolutePath().normalize(), request.fileName());
        try {
            return CopiedFile.of(paths.real(), request, damage -> report(request, damage));
        } catch (IOException e) {
            throw new StoreException(
                    "The store " + paths.data() + " cannot be copied to be looked at (" + e
                            + "): give this user the right to read it, and space where temporary files go",
                    e);
        }
    }

    private SessionStore open(StoreRequest request, StorePaths paths, StoreLock lock) throws IOException {
        try {
            OpenFile file = new CheckedOpening(paths, fileSystem, damage -> report(request, damage)).open();
            boolean synced = request.durability() == Durability.POWER;
            return new SingleThreadStore(new RecordFile(paths, fileSystem, file, synced), lock, "aldis-mqtt-h2");
        } catch (IOException | RuntimeException | AssertionError e) {
            lock.close();
            throw e;
        }
    }

    private static void report(StoreRequest request, String damage) {
        try {
            request.damageListener().accept(damage);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "A damage listener failed, and was to be told: " + damage, e);
        }
    }
}
