package dev.aldis.mqtt.spi.engine;

import dev.aldis.mqtt.api.ClientConfiguration;
import dev.aldis.mqtt.api.MqttClient;

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
}
