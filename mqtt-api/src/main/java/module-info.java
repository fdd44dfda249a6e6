/**
 * What an application compiles against, and what a transport or store provider implements.
 *
 * <p>This module depends on nothing but {@code java.base}. The client itself, the transports and the stores are found
 * at run time by {@link java.util.ServiceLoader}.
 *
 * @uses dev.aldis.mqtt.spi.engine.ClientProvider the client behind {@link dev.aldis.mqtt.api.MqttClientBuilder#build()}
 * @uses dev.aldis.mqtt.spi.transport.TransportProvider chosen by the scheme of the server URI
 * @uses dev.aldis.mqtt.spi.persistence.StoreProvider chosen by the scheme of the persistence URI
 */
module dev.aldis.mqtt.api {
    requires static org.jspecify;

    exports dev.aldis.mqtt.api;
    exports dev.aldis.mqtt.spi.engine;
    exports dev.aldis.mqtt.spi.persistence;
    exports dev.aldis.mqtt.spi.transport;

    uses dev.aldis.mqtt.spi.engine.ClientProvider;
    uses dev.aldis.mqtt.spi.persistence.StoreProvider;
    uses dev.aldis.mqtt.spi.transport.TransportProvider;
}
