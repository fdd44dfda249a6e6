package dev.aldis.mqtt.architecture.broken.circle.right;

import dev.aldis.mqtt.architecture.broken.circle.left.Left;

/** The other half of a circle. */
public final class Right {

    Class<?> broken() {
        return Left.class;
    }
}
