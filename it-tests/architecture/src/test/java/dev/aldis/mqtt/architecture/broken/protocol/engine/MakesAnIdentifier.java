package dev.aldis.mqtt.architecture.broken.protocol.engine;

import java.util.UUID;

/** Breaks a rule on purpose. */
public final class MakesAnIdentifier {

    Object broken() {
        return UUID.randomUUID();
    }
}
