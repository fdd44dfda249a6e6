package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.Delivery;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.engine.InboundMessage;
import dev.aldis.mqtt.protocol.engine.Refusal;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** A message as one handler sees it that acknowledges by itself. */
final class ManualDelivery implements Delivery {

    /** Not decided. Leads to each of the others. */
    private static final int OPEN = 0;
    /** The application has decided. */
    private static final int DECIDED = 1;
    /** The handler has failed, and gets the message anew. */
    private static final int REVOKED = 2;

    private static final AtomicIntegerFieldUpdater<ManualDelivery> STATE =
            AtomicIntegerFieldUpdater.newUpdater(ManualDelivery.class, "state");

    private final InboundMessage message;
    private final ManualDecisions decisions;

    /** With the other handlers of the message; null if this is the only one. */
    private final @Nullable SharedDecision shared;

    @SuppressWarnings("UnusedVariable") // The updater reads it.
    private volatile int state;

    ManualDelivery(InboundMessage message, ManualDecisions decisions, @Nullable SharedDecision shared) {
        this.message = message;
        this.decisions = decisions;
        this.shared = shared;
    }

    @Override
    public Outcome acknowledge() {
        return message.qos() == QoS.AT_MOST_ONCE ? Outcome.NOT_NEEDED : decide(null);
    }

    @Override
    public Outcome refuse(ReasonCode reasonCode, Diagnostics diagnostics) {
        Refusal refusal = decisions.refusals().checked(message.qos(), reasonCode, diagnostics);
        return message.qos() == QoS.AT_MOST_ONCE ? Outcome.NOT_NEEDED : decide(refusal);
    }

    /** Decides if nobody has. */
    Outcome decide(@Nullable Refusal refusal) {
        if (!STATE.compareAndSet(this, OPEN, DECIDED)) {
            return Outcome.TOO_LATE;
        }
        if (decisions.isClosed()) {
            return Outcome.CLIENT_CLOSED;
        }
        if (shared == null) {
            decisions.add(message, refusal);
        } else if (shared.decide(refusal)) {
            decisions.add(message, shared.refusal());
        }
        return Outcome.TAKEN;
    }

    /** Takes it away from the handler; false if that has decided already. */
    boolean revoke() {
        return STATE.compareAndSet(this, OPEN, REVOKED);
    }

    /**
     * Takes it away from an inbox that is closed; gives the message if it needs another handler: not if it has been decided,
     * and not if it has other handlers, which decide for it.
     */
    @Nullable
    InboundMessage giveUp() {
        boolean qos0 = message.qos() == QoS.AT_MOST_ONCE;
        if (shared != null) {
            if (!qos0) {
                decide(null);
            }
            return null;
        }
        if (qos0) {
            return null; // It counts as handled since the inbox took it.
        }
        return revoke() ? message : null;
    }

    @Override
    public Message message() {
        return message.message();
    }

    @Override
    public boolean duplicate() {
        return message.duplicate();
    }

    @Override
    public boolean redelivered() {
        return message.redelivered();
    }

    @Override
    public long deliveryIdentifier() {
        return message.deliveryIdentifier();
    }

    @Override
    public List<Integer> subscriptionIdentifiers() {
        return message.subscriptionIdentifiers();
    }

    @Override
    public String toString() {
        return message.toString();
    }
}
