package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientConfiguration;
import dev.aldis.mqtt.api.PersistenceOptions;
import dev.aldis.mqtt.protocol.engine.RecordDescription;
import dev.aldis.mqtt.spi.persistence.EncryptingStoreProvider;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreProviders;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.TransportProviders;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a client holds from its making to its end: transports, event loop, store, threads for handlers. */
final class ClientResources {

    private final Map<String, TransportProvider> transports = new TreeMap<>();
    private final EventLoop eventLoop;
    private final @Nullable SessionStore store;
    private final @Nullable StoreReader storeReader;
    private final Executor handlerExecutor;
    private final boolean sharedHandlerThreads;

    /** Opens everything with the providers on the path, or leaves nothing open. */
    ClientResources(ClientConfiguration configuration, Consumer<String> damageListener) {
        this(configuration, damageListener, TransportProviders::forScheme);
    }

    /** Opens everything with transports that are looked up by their scheme. */
    ClientResources(
            ClientConfiguration configuration,
            Consumer<String> damageListener,
            Function<String, TransportProvider> transportLookup) {
        for (URI server : configuration.servers()) {
            transports.computeIfAbsent(scheme(server), transportLookup);
        }
        SessionStore opened = openStore(configuration, damageListener);
        this.store = opened;
        this.storeReader = opened == null ? null : new StoreReader(opened);
        this.eventLoop = transport(configuration.servers().get(0)).acquireEventLoop();
        this.sharedHandlerThreads = configuration.handlerExecutor().isEmpty();
        this.handlerExecutor = configuration.handlerExecutor().orElseGet(HandlerThreads::acquire);
    }

    private static String scheme(URI server) {
        return server.getScheme().toLowerCase(Locale.ROOT);
    }

    private static @Nullable SessionStore openStore(
            ClientConfiguration configuration, Consumer<String> damageListener) {
        PersistenceOptions persistence = configuration.persistence();
        URI location = persistence.location();
        boolean anonymousMemory = persistence.provider().isEmpty()
                && location.getScheme().equalsIgnoreCase("memory")
                && location.getSchemeSpecificPart().equals("/");
        if (anonymousMemory) {
            // Nobody could ever read it back, so nothing is written: the engine's own state is the store.
            return null;
        }
        StoreProvider plain = persistence.provider().orElseGet(() -> StoreProviders.forScheme(location.getScheme()));
        StoreProvider provider = persistence
                .encryption()
                .<StoreProvider>map(keys -> new EncryptingStoreProvider(plain, keys))
                .orElse(plain);
        return provider.open(new StoreRequest(
                location,
                configuration.clientIdentifier(),
                persistence.durability(),
                damageListener,
                RecordDescription::label));
    }

    /** The transport of a server; known since the client was made. */
    TransportProvider transport(URI server) {
        TransportProvider provider = transports.get(scheme(server));
        if (provider == null) {
            throw new IllegalStateException("No transport was looked up for " + server);
        }
        return provider;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    /** The store, or null if there is nothing that outlives the client. */
    @Nullable
    SessionStore store() {
        return store;
    }

    /** Who reads the store for the event loop, or null if there is none. */
    @Nullable
    StoreReader storeReader() {
        return storeReader;
    }

    Executor handlerExecutor() {
        return handlerExecutor;
    }

    /** Gives everything back. Blocks on the store. */
    void release() {
        try {
            closeStore();
        } finally {
            eventLoop.release();
            if (sharedHandlerThreads) {
                HandlerThreads.release();
            }
        }
    }

    private void closeStore() {
        try {
            if (storeReader != null) {
                storeReader.close();
            }
        } finally {
            // Also where it did not answer somebody who reads.
            if (store != null) {
                store.close();
            }
        }
    }
}
