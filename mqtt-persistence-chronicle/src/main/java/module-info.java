/** The store on Chronicle Queue. It provides nothing yet. */
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
}
