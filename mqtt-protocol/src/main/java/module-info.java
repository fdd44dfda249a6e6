/** The MQTT protocol: the wire format, the engine without I/O, and the client that joins engine, store and transport. */
module dev.aldis.mqtt.protocol {
    requires dev.aldis.mqtt.api;
    requires static org.jspecify;

    provides dev.aldis.mqtt.spi.persistence.StoreProvider with
            dev.aldis.mqtt.protocol.client.MemoryStoreProvider;
}
