package dev.aldis.mqtt.architecture.broken.spi.transport;

import dev.aldis.mqtt.architecture.broken.spi.persistence.KnowsTheTransportInterfaces;

/** Breaks a rule on purpose. */
public final class KnowsThePersistenceInterfaces {

    Class<?> broken() {
        return KnowsTheTransportInterfaces.class;
    }
}
