package dev.aldis.mqtt.architecture.broken.protocol.engine;

import dev.aldis.mqtt.architecture.broken.protocol.codec.KnowsTheClient;

/** Breaks a rule on purpose. */
public final class KnowsTheCodec {

    Class<?> broken() {
        return KnowsTheClient.class;
    }
}
