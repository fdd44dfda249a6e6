package dev.aldis.mqtt.persistence.h2;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.h2.location.PasswordSource;
import dev.aldis.mqtt.persistence.h2.server.ServerOpening;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Stores of H2, for the scheme {@code h2}.
 *
 * <ul>
 *   <li>{@code h2:./data} is the folder {@code data}, which is made if it is not there, with one MVStore file for each client
 *       identifier. On POSIX systems only the owner may read what is made.
 *   <li>{@code h2:./data?cipher=AES&password=env:NAME} is the same, encrypted by H2 with the password that is found at the
 *       place named: {@code env:NAME}, {@code property:NAME} or {@code file:PATH}.
 *   <li>{@code h2:tcp://host:9092/./mqtt?user=NAME&password=env:NAME} is a database of an H2 server. {@code h2:ssl://...}
 *       is handed to H2 likewise, whose own TLS then applies.
 * </ul>
 */
public final class H2StoreProvider implements StoreProvider {

    private static final Logger LOG = System.getLogger(H2StoreProvider.class.getName());
    private static final String CIPHER = "cipher";
    private static final String PASSWORD = "password";

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
        if (ServerOpening.isServer(request)) {
            return ServerOpening.open(request, damage -> report(request, damage));
        }
        FileAccess access = access(request);
        Path folder = request.path().toAbsolutePath().normalize();
        try {
            OwnerOnly.createFolders(folder);
            StorePaths paths = new StorePaths(folder.toRealPath(), request.fileName());
            return open(request, paths, access);
        } catch (IOException e) {
            throw new StoreException(
                    "The folder " + folder + " of the persistence URI '" + request.location() + "' cannot be written ("
                            + e + "): make it a folder that this user may write, or choose another location",
                    e);
        }
    }

    private SessionStore open(StoreRequest request, StorePaths paths, FileAccess access) throws IOException {
        StoreLock lock = StoreLock.take(paths.lock());
        try {
            OpenFile file = new CheckedOpening(paths, access, damage -> report(request, damage)).open();
            boolean synced = request.durability() == Durability.POWER;
            return new SingleThreadStore(new RecordFile(paths, access, file, synced), lock, "aldis-mqtt-h2");
        } catch (IOException | RuntimeException | AssertionError e) {
            lock.close();
            throw e;
        }
    }

    /** How the files of a location are reached. */
    private FileAccess access(StoreRequest request) {
        Map<String, String> parameters = request.parameters(Set.of(CIPHER, PASSWORD));
        String cipher = parameters.get(CIPHER);
        String password = parameters.get(PASSWORD);
        if (cipher == null && password == null) {
            return new FileAccess(fileSystem, Optional.empty());
        }
        if (cipher == null || !cipher.equals("AES") || password == null) {
            throw new IllegalArgumentException(
                    "The persistence URI asks for an encrypted file with 'cipher' or 'password', and needs both:"
                            + " write ?cipher=AES&password=env:NAME");
        }
        return new FileAccess(fileSystem, Optional.of(PasswordSource.of(password)));
    }

    /** Looks into a copy of the file, in a temporary folder of this user, or into a snapshot that the server keeps. */
    @Override
    public StoreReader openForReading(StoreRequest request) {
        if (ServerOpening.isServer(request)) {
            return ServerOpening.openForReading(request, damage -> report(request, damage));
        }
        FileAccess access = access(request);
        StorePaths paths = new StorePaths(request.path().toAbsolutePath().normalize(), request.fileName());
        try {
            return CopiedFile.of(paths.real(), request, access, damage -> report(request, damage));
        } catch (IOException e) {
            throw new StoreException(
                    "The store " + paths.data() + " cannot be copied to be looked at (" + e
                            + "): give this user the right to read it, and space where temporary files go",
                    e);
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
