package dev.aldis.mqtt.campaigns.power;

import dev.aldis.mqtt.spi.persistence.StoreProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** A store, of one client in one folder, whose disk remembers what was done to it. */
public interface RecordedStore extends AutoCloseable {

    /** The scheme of its URIs. */
    String scheme();

    /** Opens the store on that disk. */
    StoreProvider provider() throws ReflectiveOperationException;

    /** How many operations have been done. */
    int size();

    /** Makes in an empty folder what a loss of power after the first operations may have left. */
    void afterPowerLoss(int operations, Path folder, Random random) throws IOException;

    @Override
    void close();
}
