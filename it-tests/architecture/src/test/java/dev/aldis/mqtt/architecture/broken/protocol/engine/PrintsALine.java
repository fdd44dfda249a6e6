package dev.aldis.mqtt.architecture.broken.protocol.engine;

/** Breaks a rule on purpose. */
public final class PrintsALine {

    void broken() {
        System.out.println("broken");
    }
}
