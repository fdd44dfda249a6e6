package dev.aldis.mqtt.brokers;

import dev.aldis.mqtt.support.ArtemisBroker;
import dev.aldis.mqtt.support.Broker;
import java.nio.file.Path;

/** The contract with Artemis. */
class ArtemisMqtt5Test extends Mqtt5Contract {

    @Override
    Broker startBroker(Path brokerFolder) {
        return ArtemisBroker.startIn(brokerFolder);
    }

    /** Seen with Artemis 2.55: a will has lost its Content Type, and DISCONNECT with will publishes none. */
    @Override
    boolean knowsAllOfAWill() {
        return false;
    }
}
