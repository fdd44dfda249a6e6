package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.spi.transport.EventLoop;
import org.jspecify.annotations.Nullable;

/** Lets a turn happen when something of the engine is due at the latest. On the event loop. */
final class TurnTimer {

    private final EventLoop eventLoop;
    private final Runnable turn;
    private EventLoop.@Nullable Timer timer;
    private long timerNanos;

    TurnTimer(EventLoop eventLoop, Runnable turn) {
        this.eventLoop = eventLoop;
        this.turn = turn;
    }

    /** Sets when the next turn is due; {@link Long#MAX_VALUE} for never. */
    void arm(long deadline, long nowNanos) {
        if (timer != null && timerNanos == deadline) {
            return;
        }
        if (deadline == Long.MAX_VALUE) {
            cancel();
            return;
        }
        // The deadline of an active connection moves away all the time; a timer that fires early arms itself again.
        if (timer != null && timerNanos - deadline <= 0) {
            return;
        }
        cancel();
        timerNanos = deadline;
        timer = eventLoop.schedule(this::fire, Math.max(0, deadline - nowNanos));
    }

    private void fire() {
        timer = null;
        turn.run();
    }

    void cancel() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
