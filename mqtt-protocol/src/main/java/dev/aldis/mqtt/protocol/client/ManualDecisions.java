package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.protocol.engine.InboundMessage;
import dev.aldis.mqtt.protocol.engine.Refusal;
import org.jspecify.annotations.Nullable;

/** Where a {@link ManualDelivery} brings its decision: the first of a burst wakes the loop. */
record ManualDecisions(Decisions decisions, Refusals refusals, Dispatcher.Reports reports) {

    void add(InboundMessage message, @Nullable Refusal refusal) {
        if (decisions.add(message, refusal)) {
            reports.decided();
        }
    }

    boolean isClosed() {
        return decisions.isClosed();
    }
}
