package dev.aldis.mqtt.architecture.broken.protocol.engine;

/** Breaks a rule on purpose. */
public final class StartsAThread {

    Object broken() {
        return new Thread(this::broken);
    }
}
