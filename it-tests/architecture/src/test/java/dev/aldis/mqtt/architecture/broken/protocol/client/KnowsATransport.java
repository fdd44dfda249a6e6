package dev.aldis.mqtt.architecture.broken.protocol.client;

import dev.aldis.mqtt.architecture.broken.transport.netty.KnowsAStore;

/** Breaks a rule on purpose. */
public final class KnowsATransport {

    Class<?> broken() {
        return KnowsAStore.class;
    }
}
