package dev.aldis.mqtt.architecture.broken.protocol.codec;

import dev.aldis.mqtt.architecture.broken.protocol.engine.ReadsTheClock;

/** Breaks a rule on purpose. */
public final class KnowsTheEngine {

    Class<?> broken() {
        return ReadsTheClock.class;
    }
}
