package dev.aldis.mqtt.architecture.broken.protocol.engine;

/** Breaks a rule on purpose. */
public final class ReadsTheClock {

    long broken() {
        return System.nanoTime();
    }
}
