package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Stores on the heap, for the scheme {@code memory}. They survive lost connections, never the end of the process.
 *
 * <ul>
 *   <li>{@code memory:} is a store of its own for each client; its content is gone when it is closed.
 *   <li>{@code memory:NAME} lives as long as the process: who opens the same name for the same client identifier again
 *       finds what was there. It is exclusive while it is open.
 * </ul>
 */
public final class MemoryStoreProvider implements StoreProvider {

    private record Key(String name, String clientIdentifier) {}

    /** The named stores of this process; guarded by itself. */
    private static final Map<Key, MemoryRecords> NAMED = new HashMap<>();

    /** The named stores that are open; guarded by {@link #NAMED}. */
    private static final Set<Key> OPEN = new HashSet<>();

    /** Made by {@link java.util.ServiceLoader}. */
    public MemoryStoreProvider() {}

    @Override
    public String scheme() {
        return "memory";
    }

    @Override
    public SessionStore open(StoreRequest request) {
        String name = nameIn(request);
        if (name.isEmpty()) {
            return new MemoryStore("memory:", new MemoryRecords(), () -> {});
        }
        Key key = new Key(name, request.clientIdentifier());
        synchronized (NAMED) {
            if (!OPEN.add(key)) {
                throw new StoreException(
                        "The store memory:" + name + " is in use by another client '" + request.clientIdentifier()
                                + "' of this process: close that client first, or choose another client identifier or"
                                + " another name",
                        (Throwable) null);
            }
            MemoryRecords records = NAMED.computeIfAbsent(key, unused -> new MemoryRecords());
            return new MemoryStore("memory:" + name, records, () -> release(key));
        }
    }

    private static void release(Key key) {
        synchronized (NAMED) {
            OPEN.remove(key);
        }
    }

    private static String nameIn(StoreRequest request) {
        String part = request.location().getSchemeSpecificPart();
        int start = 0;
        while (start < part.length() && part.charAt(start) == '/') {
            start++;
        }
        return part.substring(start);
    }
}
