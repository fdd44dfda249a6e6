package dev.aldis.mqtt.examples.logstore;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.OwnerOnly;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.SingleThreadStore;
import dev.aldis.mqtt.spi.persistence.StoreLock;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import java.io.IOException;
import java.nio.file.Path;

/** Stores for the scheme {@code log}: {@code log:./data} is a folder with one file for each client identifier. */
public final class LogStoreProvider implements StoreProvider {

    @Override
    public String scheme() {
        return "log";
    }

    @Override
    public SessionStore open(StoreRequest request) {
        try {
            OwnerOnly.createFolders(request.path());
            Path folder = request.path().toRealPath();
            StoreLock lock = StoreLock.take(folder.resolve(request.fileName() + ".lock"));
            try {
                boolean forced = request.durability() == Durability.POWER;
                LogFile file = new LogFile(folder, request.fileName() + ".log", forced, request.damageListener());
                return new SingleThreadStore(file, lock, "log-store");
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StoreException(
                    "The store " + request.location() + " cannot be opened (" + e
                            + "): name a folder that this user may write, or check the disk",
                    e);
        }
    }
}
