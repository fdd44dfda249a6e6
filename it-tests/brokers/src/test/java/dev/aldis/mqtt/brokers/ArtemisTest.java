package dev.aldis.mqtt.brokers;

import dev.aldis.mqtt.support.ArtemisBroker;
import dev.aldis.mqtt.support.Broker;
import java.nio.file.Path;

/** The contract with Apache ActiveMQ Artemis, in this process. */
class ArtemisTest extends BrokerContract {

    @Override
    Broker startBroker(Path brokerFolder) {
        return ArtemisBroker.startIn(brokerFolder);
    }

    /** Artemis 2.55 with its journal hands on what is durable first: several messages in flight change places. */
    @Override
    boolean keepsOrder() {
        return false;
    }

    /** Seen with Artemis 2.55 in this process: a session that it had stored is not there after a restart. */
    @Override
    boolean keepsSessions() {
        return false;
    }

    /** Seen with Artemis 2.55, against [MQTT-3.3.4-5]. */
    @Override
    boolean sendsEqualCopies() {
        return true;
    }
}
