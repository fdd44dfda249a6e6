package dev.aldis.mqtt.api;

import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/**
 * Where messages are kept, and how. Immutable.
 *
 * @param location where; the scheme chooses the store: {@code memory:}, {@code h2:./data} with the artifact
 *     {@code mqtt-persistence-h2}, {@code chronicle:./data} with {@code mqtt-persistence-chronicle}
 * @param provider the maker of the store where it is given as an object; empty if ServiceLoader finds it
 * @param durability what stored messages survive
 * @param encryption the keys that records are encrypted with, by AES-GCM; empty if they are stored as they are
 */
public record PersistenceOptions(
        URI location, Optional<StoreProvider> provider, Durability durability, Optional<EncryptionKeys> encryption) {

    /** In memory: survives lost connections, but not the process. */
    public static final PersistenceOptions MEMORY = of("memory:");

    /** Checks that nothing is missing. */
    public PersistenceOptions {
        Objects.requireNonNull(location, "location");
        Objects.requireNonNull(provider, "provider");
        Objects.requireNonNull(durability, "durability");
        Objects.requireNonNull(encryption, "encryption");
    }

    /**
     * The store of a URI, which survives the end of the process where it is not in memory.
     *
     * @param uri the location
     * @return the options, with {@link Durability#PROCESS} and without encryption
     * @throws IllegalArgumentException if it is no absolute URI
     */
    public static PersistenceOptions of(String uri) {
        return new PersistenceOptions(
                StoreRequest.location(uri), Optional.empty(), Durability.PROCESS, Optional.empty());
    }

    /**
     * A store provider given as an object, without ServiceLoader.
     *
     * @param provider makes the store
     * @param location handed to the provider
     * @return the options, with {@link Durability#PROCESS} and without encryption
     */
    public static PersistenceOptions of(StoreProvider provider, URI location) {
        return new PersistenceOptions(location, Optional.of(provider), Durability.PROCESS, Optional.empty());
    }

    /**
     * These options with another durability.
     *
     * @param level what stored messages survive
     * @return new options
     */
    public PersistenceOptions withDurability(Durability level) {
        return new PersistenceOptions(location, provider, level, encryption);
    }

    /**
     * These options with encryption.
     *
     * @param keys the current key, and former ones; see {@link EncryptionKeys}
     * @return new options
     */
    public PersistenceOptions withEncryption(EncryptionKeys keys) {
        return new PersistenceOptions(location, provider, durability, Optional.of(keys));
    }
}
