package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to a store, held from opening to closing: within the process by a set, against other processes by a lock on a
 * file of its own, so that the data file may be replaced meanwhile. The set comes first because closing a second channel on
 * a file gives up the first one's lock on POSIX systems. The lock file stays: deleting it would let two openers lock two
 * different files.
 */
public final class StoreLock implements AutoCloseable {

    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private StoreLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock, or fails at once.
     *
     * @param file the lock file, made if it is not there; in a folder whose path is real, so that one store has one path
     * @return the lock
     * @throws StoreException if somebody else holds it
     * @throws IOException if the file cannot be made
     */
    public static StoreLock take(Path file) throws IOException {
        if (!HELD.add(file)) {
            throw inUse(file, "this process");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OwnerOnly.file(file));
            if (tryLock(channel) == null) {
                throw inUse(file, "another process");
            }
            return new StoreLock(file, channel);
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                channel.close();
            }
            HELD.remove(file);
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another class loader of this process holds it.
            return null;
        }
    }

    private static StoreException inUse(Path file, String by) {
        return new StoreException(
                "The store is in use by " + by + " (it holds the lock " + file
                        + "): close the other client first, or choose another client identifier or location",
                (Throwable) null);
    }

    /**
     * Gives the lock back.
     *
     * @throws IOException if the file cannot be closed; the lock is given back all the same
     */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(file);
        }
    }
}
