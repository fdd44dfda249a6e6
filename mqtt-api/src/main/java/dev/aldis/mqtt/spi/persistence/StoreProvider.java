package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.StoreException;

/**
 * Opens stores for one URI scheme. Found by {@link java.util.ServiceLoader}: declare it with {@code provides} in the
 * module descriptor and in {@code META-INF/services}; or handed to the client's builder as an object. Safe for use by any
 * number of threads.
 */
public interface StoreProvider {

    /**
     * The URI scheme that this provider serves, in lower case. Two providers with one scheme are an error for the
     * application that asks for it.
     *
     * @return for example {@code h2}
     */
    String scheme();

    /**
     * Opens the store of one client identifier at a location, and makes it if it is not there. May block on the disk.
     *
     * <p>The store is exclusive: while it is open, another attempt to open it, in this process or another, fails with an
     * error that says so. Damaged records are set aside, with their bytes kept, and reported; they are never a reason not
     * to open.
     *
     * @param request where, for whom, how durable
     * @return the store
     * @throws dev.aldis.mqtt.api.StoreException if the location cannot be written, is in use, or was written by a newer
     *     version; the message names the location and the cure
     */
    SessionStore open(StoreRequest request);

    /**
     * Opens the store of one client identifier for somebody who only looks at it. It has to be there, nothing in it is changed
     * or repaired, and who looks keeps nobody from opening it; damaged records are left out and reported. May block on the
     * disk. A provider need not offer it.
     *
     * @param request where and for whom; the durability does not matter
     * @return the records as of now
     * @throws dev.aldis.mqtt.api.StoreException if there is no such store, if it is in use, or if this provider does not
     *     offer it
     */
    default StoreReader openForReading(StoreRequest request) {
        throw new StoreException(
                "Stores of the scheme '" + scheme()
                        + "' cannot be looked into without opening them: stop the client that" + " owns "
                        + request.location() + ", and open the store for it",
                (Throwable) null);
    }
}
