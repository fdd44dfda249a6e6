package dev.aldis.mqtt.architecture.broken.transport.netty;

import dev.aldis.mqtt.architecture.broken.persistence.h2.KnowsTheProtocol;

/** Breaks a rule on purpose. */
public final class KnowsAStore {

    Class<?> broken() {
        return KnowsTheProtocol.class;
    }
}
