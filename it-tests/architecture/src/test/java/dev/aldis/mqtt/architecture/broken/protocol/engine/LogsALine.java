package dev.aldis.mqtt.architecture.broken.protocol.engine;

/** Breaks a rule on purpose. */
public final class LogsALine {

    Object broken() {
        return System.getLogger("broken");
    }
}
