package dev.aldis.mqtt.architecture.broken.protocol.engine;

import java.util.Random;

/** Breaks a rule on purpose. */
public final class DrawsAtRandom {

    int broken() {
        return new Random(1).nextInt();
    }
}
