package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.protocol.packet.Disconnect;
import org.jspecify.annotations.Nullable;

/** The wait between the wish to disconnect and DISCONNECT, for what was published before. */
final class Quiesce {

    private final SessionState session;
    private final SubscriptionFlow subscriptions;
    private @Nullable Disconnect packet;
    private long deadlineNanos = KeepAlive.NEVER;

    /** Messages from here on are not waited for. */
    private long barrier;

    Quiesce(SessionState session, SubscriptionFlow subscriptions) {
        this.session = session;
        this.subscriptions = subscriptions;
    }

    /** Begins to wait. */
    void begin(Disconnect disconnect, long untilNanos) {
        packet = disconnect;
        deadlineNanos = untilNanos;
        barrier = session.nextSequence;
    }

    /** The DISCONNECT that waits, or null. */
    @Nullable
    Disconnect waiting() {
        return packet;
    }

    /** Stops waiting, whatever is left. */
    void end() {
        packet = null;
        deadlineNanos = KeepAlive.NEVER;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** Whether nothing is left to wait for. */
    boolean isOver(boolean storeQuiet) {
        return storeQuiet
                && isPast(session.fastLane)
                && isPast(session.inFlight)
                && isPast(session.queue)
                && session.horizon >= barrier
                && !subscriptions.hasPending();
    }

    private boolean isPast(MessageList list) {
        OutboundMessage first = list.first();
        return first == null || first.sequence >= barrier;
    }
}
