package dev.aldis.mqtt.architecture.broken.protocol.codec;

import dev.aldis.mqtt.architecture.broken.protocol.client.KnowsATransport;

/** Breaks a rule on purpose. */
public final class KnowsTheClient {

    Class<?> broken() {
        return KnowsATransport.class;
    }
}
