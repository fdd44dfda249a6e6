package dev.aldis.mqtt.brokers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.support.Broker;
import dev.aldis.mqtt.support.MosquittoBroker;
import java.nio.file.Path;

/** The contract with mosquitto, where it is installed. */
class MosquittoTest extends BrokerContract {

    @Override
    Broker startBroker(Path brokerFolder) {
        assumeTrue(MosquittoBroker.installed().isPresent(), "mosquitto is not installed");
        return MosquittoBroker.startIn(brokerFolder, MosquittoBroker.RESTARTABLE);
    }

    @Override
    boolean keepsOrder() {
        return true;
    }

    @Override
    boolean keepsSessions() {
        return true;
    }

    @Override
    boolean sendsEqualCopies() {
        return false;
    }
}
