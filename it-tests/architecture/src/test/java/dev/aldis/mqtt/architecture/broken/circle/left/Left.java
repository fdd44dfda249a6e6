package dev.aldis.mqtt.architecture.broken.circle.left;

import dev.aldis.mqtt.architecture.broken.circle.right.Right;

/** One half of a circle, in a package that is not null-marked. */
public final class Left {

    Class<?> broken() {
        return Right.class;
    }
}
