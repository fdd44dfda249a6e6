/**
 * Programs that show the library at work; they compile against the API alone.
 *
 * @provides dev.aldis.mqtt.spi.persistence.StoreProvider an example of a store of one's own, for the scheme {@code log}
 * @provides dev.aldis.mqtt.spi.transport.TransportProvider an example of a transport of one's own, for the scheme {@code pipe}
 */
module dev.aldis.mqtt.examples {
    requires dev.aldis.mqtt.api;
    requires java.sql;
    requires static micrometer.core;
    requires static org.jspecify;

    provides dev.aldis.mqtt.spi.persistence.StoreProvider with
            dev.aldis.mqtt.examples.logstore.LogStoreProvider;
    provides dev.aldis.mqtt.spi.transport.TransportProvider with
            dev.aldis.mqtt.examples.pipe.PipeTransportProvider;
}
