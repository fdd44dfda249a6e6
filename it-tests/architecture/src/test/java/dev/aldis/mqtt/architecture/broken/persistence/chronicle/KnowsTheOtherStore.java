package dev.aldis.mqtt.architecture.broken.persistence.chronicle;

import dev.aldis.mqtt.architecture.broken.persistence.h2.KnowsTheProtocol;

/** Breaks a rule on purpose. */
public final class KnowsTheOtherStore {

    Class<?> broken() {
        return KnowsTheProtocol.class;
    }
}
