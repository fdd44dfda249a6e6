/**
 * The store on Chronicle Queue.
 *
 * @provides dev.aldis.mqtt.spi.persistence.StoreProvider for the scheme {@code chronicle}
 */
module dev.aldis.mqtt.persistence.chronicle {
    requires chronicle.bytes;
    requires chronicle.core;
    requires chronicle.queue;
    requires chronicle.wire;
    requires dev.aldis.mqtt.api;
    // Chronicle's own needs: an automatic module does not pull in real ones.
    requires jdk.unsupported;
    requires org.slf4j;
    requires static org.jspecify;

    provides dev.aldis.mqtt.spi.persistence.StoreProvider with
            dev.aldis.mqtt.persistence.chronicle.ChronicleStoreProvider;
}
