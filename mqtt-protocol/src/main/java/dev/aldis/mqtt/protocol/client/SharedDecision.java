package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.protocol.engine.Refusal;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The decision of several handlers on one message: the last of them settles it, and one refusal is enough. */
final class SharedDecision {

    private final AtomicInteger undecided;
    private volatile @Nullable Refusal refusal;

    SharedDecision(int parties) {
        this.undecided = new AtomicInteger(parties);
    }

    /** One of them has decided; true if it was the last one. */
    boolean decide(@Nullable Refusal of) {
        if (of != null) {
            refusal = of;
        }
        return undecided.decrementAndGet() == 0;
    }

    /** What they have decided together. */
    @Nullable
    Refusal refusal() {
        return refusal;
    }
}
