package dev.aldis.mqtt.architecture.broken.protocol.engine;

import java.util.Set;

/** Breaks a rule on purpose. */
public final class WalksASetOfConstants {

    Object broken() {
        return Set.of("a", "b").iterator().next();
    }
}
