package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.spi.transport.EventLoop;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets the loop come by itself for decisions that a worker has not reported, since the next handler holds it up. Runs only
 * while handlers do. On the loop.
 */
final class DecisionPoll {

    private static final long FIRST_NANOS = 20_000_000L;
    private static final long LONGEST_NANOS = 1_000_000_000L;

    private final EventLoop eventLoop;
    private final BooleanSupplier busy;
    private final Runnable turn;
    private EventLoop.@Nullable Timer timer;
    private long delayNanos = FIRST_NANOS;
    private boolean ended;

    DecisionPoll(EventLoop eventLoop, BooleanSupplier busy, Runnable turn) {
        this.eventLoop = eventLoop;
        this.busy = busy;
        this.turn = turn;
    }

    /** Handlers have something to do. */
    void handedOver() {
        delayNanos = FIRST_NANOS;
        if (timer == null && !ended) {
            timer = eventLoop.schedule(this::poll, delayNanos);
        }
    }

    private void poll() {
        timer = null;
        turn.run(); // It may have been the last one.
        if (timer == null && !ended && busy.getAsBoolean()) {
            delayNanos = Math.min(LONGEST_NANOS, delayNanos * 2);
            timer = eventLoop.schedule(this::poll, delayNanos);
        }
    }

    /** Nobody comes any more. */
    void end() {
        ended = true;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
