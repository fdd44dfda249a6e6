package dev.aldis.mqtt.brokers;

import dev.aldis.mqtt.support.ArtemisBroker;
import dev.aldis.mqtt.support.Broker;
import java.nio.file.Path;

/** The contract with Artemis. */
class ArtemisSessionTest extends SessionContract {

    @Override
    Broker startBroker(Path brokerFolder) {
        return ArtemisBroker.startIn(brokerFolder);
    }

    @Override
    boolean tellsOfTakeOver() {
        return true;
    }
}
