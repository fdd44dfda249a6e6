package dev.aldis.mqtt.api;

import dev.aldis.mqtt.spi.engine.ClientProvider;
import dev.aldis.mqtt.spi.engine.ClientProviders;
import dev.aldis.mqtt.spi.persistence.EncryptingStoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreProviders;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A look at what a store holds, without a client: nothing is connected, nothing is changed, and the client that owns the
 * store finds it as it was. The client has to be closed, or to have crashed; while it runs, its store is in use. Used by one
 * thread at a time; its methods may block.
 */
public final class StoreInspection implements AutoCloseable {

    private final StoreReader reader;
    private final ClientProvider client;
    private final List<String> damage;

    private StoreInspection(StoreReader reader, ClientProvider client, List<String> damage) {
        this.reader = reader;
        this.client = client;
        this.damage = damage;
    }

    /**
     * Looks into a store that is not encrypted.
     *
     * @param persistence as given to {@link MqttClientBuilder#persistence(String)}, for example {@code h2:./data}
     * @param clientIdentifier whose session it holds
     * @return the inspection, to be closed
     * @throws IllegalArgumentException if the URI is none
     * @throws ProviderException if no store serves its scheme
     * @throws StoreException if there is no such store, if it is in use, or if stores of this scheme cannot be looked into
     */
    public static StoreInspection open(String persistence, String clientIdentifier) {
        URI location = StoreRequest.location(persistence);
        return open(StoreProviders.forScheme(location.getScheme()), location, clientIdentifier);
    }

    /**
     * Looks into a store that is encrypted.
     *
     * @param persistence as given to {@link MqttClientBuilder#persistence(String)}, for example {@code h2:./data}
     * @param clientIdentifier whose session it holds
     * @param keys as given to {@link PersistenceOptions#withEncryption}
     * @return the inspection, to be closed
     * @throws IllegalArgumentException if the URI is none
     * @throws ProviderException if no store serves its scheme
     * @throws StoreException as without encryption, and if a key is missing or wrong
     */
    public static StoreInspection open(String persistence, String clientIdentifier, EncryptionKeys keys) {
        URI location = StoreRequest.location(persistence);
        StoreProvider provider = StoreProviders.forScheme(location.getScheme());
        return open(new EncryptingStoreProvider(provider, keys), location, clientIdentifier);
    }

    /**
     * Looks into a store of a provider that is at hand.
     *
     * @param provider of the store
     * @param location handed to the provider
     * @param clientIdentifier whose session it holds
     * @return the inspection, to be closed
     * @throws StoreException if there is no such store, if it is in use, or if stores of this provider cannot be looked into
     */
    public static StoreInspection open(StoreProvider provider, URI location, String clientIdentifier) {
        List<String> damage = new ArrayList<>();
        StoreRequest request = new StoreRequest(location, clientIdentifier, Durability.PROCESS, damage::add);
        return new StoreInspection(provider.openForReading(request), ClientProviders.single(), damage);
    }

    /**
     * A page of what the store holds, in the order of the keys.
     *
     * @param fromKey the smallest key to give; 0 to begin
     * @param limit the greatest number to give, 1 or more
     * @return one entry for each record; fewer than {@code limit} only at the end
     * @throws StoreException if the store cannot be read
     */
    public List<StoredEntry> entries(long fromKey, int limit) {
        List<StoredEntry> entries = new ArrayList<>();
        for (StoredRecord record : reader.scan(fromKey, limit)) {
            entries.add(client.describe(record, reader));
        }
        return entries;
    }

    /**
     * What was found to be damaged, and is not among the entries.
     *
     * @return one text for each damage
     */
    public List<String> damage() {
        return Collections.unmodifiableList(damage);
    }

    @Override
    public void close() {
        reader.close();
    }
}
