/**
 * The MQTT protocol: the wire format, the engine without I/O, and the client that joins engine, store and transport.
 *
 * @provides dev.aldis.mqtt.spi.engine.ClientProvider the client
 * @provides dev.aldis.mqtt.spi.persistence.StoreProvider the store on the heap
 */
module dev.aldis.mqtt.protocol {
    requires static jdk.jfr;
    requires static org.jspecify;
    requires dev.aldis.mqtt.api;

    provides dev.aldis.mqtt.spi.engine.ClientProvider with
            dev.aldis.mqtt.protocol.client.ProtocolClientProvider;
    provides dev.aldis.mqtt.spi.persistence.StoreProvider with
            dev.aldis.mqtt.protocol.client.MemoryStoreProvider;
}
