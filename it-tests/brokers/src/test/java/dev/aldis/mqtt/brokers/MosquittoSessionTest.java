package dev.aldis.mqtt.brokers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.support.Broker;
import dev.aldis.mqtt.support.MosquittoBroker;
import java.nio.file.Path;

/** The contract with mosquitto, where it is installed. */
class MosquittoSessionTest extends SessionContract {

    @Override
    Broker startBroker(Path brokerFolder) {
        assumeTrue(MosquittoBroker.installed().isPresent(), "mosquitto is not installed");
        return MosquittoBroker.startIn(brokerFolder);
    }

    /** Seen with mosquitto 2.0.11: it just closes the connection. */
    @Override
    boolean tellsOfTakeOver() {
        return false;
    }
}
