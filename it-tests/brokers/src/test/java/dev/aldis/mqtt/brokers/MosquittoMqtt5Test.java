package dev.aldis.mqtt.brokers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.support.Broker;
import dev.aldis.mqtt.support.MosquittoBroker;
import java.nio.file.Path;

/** The contract with mosquitto, where it is installed. */
class MosquittoMqtt5Test extends Mqtt5Contract {

    @Override
    Broker startBroker(Path brokerFolder) {
        assumeTrue(MosquittoBroker.installed().isPresent(), "mosquitto is not installed");
        return MosquittoBroker.startIn(brokerFolder);
    }

    @Override
    boolean knowsAllOfAWill() {
        return true;
    }
}
