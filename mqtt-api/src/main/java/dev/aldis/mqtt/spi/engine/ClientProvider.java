package dev.aldis.mqtt.spi.engine;

import dev.aldis.mqtt.api.ClientConfiguration;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.StoredEntry;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoredRecord;

/**
 * Makes the client behind the API. Found by {@link java.util.ServiceLoader}; exactly one is expected, the one of
 * {@code mqtt-protocol}.
 */
public interface ClientProvider {

    /**
     * Makes a client, opens its store and reads back what the store holds; connects to nothing.
     *
     * @param configuration what the application asked for, already validated
     * @return the client, which owns its store until it is closed
     * @throws dev.aldis.mqtt.api.StoreException if the store cannot be opened
     * @throws dev.aldis.mqtt.api.ProviderException if no single provider serves a scheme of the configuration
     */
    MqttClient create(ClientConfiguration configuration);

    /**
     * Says what a record of a client's store holds.
     *
     * @param record as it is in the store
     * @param store that it comes from, for what stands in another record
     * @return the description; one that cannot be read is described as such
     * @throws dev.aldis.mqtt.api.StoreException if the store cannot be read
     */
    StoredEntry describe(StoredRecord record, StoreReader store);
}
