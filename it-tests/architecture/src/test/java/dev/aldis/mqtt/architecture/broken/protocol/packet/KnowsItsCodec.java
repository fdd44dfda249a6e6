package dev.aldis.mqtt.architecture.broken.protocol.packet;

import dev.aldis.mqtt.architecture.broken.protocol.codec.KnowsTheClient;

/** Breaks a rule on purpose. */
public final class KnowsItsCodec {

    Class<?> broken() {
        return KnowsTheClient.class;
    }
}
