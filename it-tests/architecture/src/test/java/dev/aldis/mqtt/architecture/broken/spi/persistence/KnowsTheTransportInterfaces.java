package dev.aldis.mqtt.architecture.broken.spi.persistence;

import dev.aldis.mqtt.architecture.broken.spi.transport.KnowsThePersistenceInterfaces;

/** Breaks a rule on purpose. */
public final class KnowsTheTransportInterfaces {

    Class<?> broken() {
        return KnowsThePersistenceInterfaces.class;
    }
}
