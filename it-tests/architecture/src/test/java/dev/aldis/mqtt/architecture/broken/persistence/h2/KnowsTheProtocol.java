package dev.aldis.mqtt.architecture.broken.persistence.h2;

import dev.aldis.mqtt.architecture.broken.protocol.client.KnowsATransport;

/** Breaks a rule on purpose. */
public final class KnowsTheProtocol {

    Class<?> broken() {
        return KnowsATransport.class;
    }
}
