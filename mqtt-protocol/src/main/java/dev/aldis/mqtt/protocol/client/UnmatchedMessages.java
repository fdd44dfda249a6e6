package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.UnmatchedPolicy;
import dev.aldis.mqtt.protocol.engine.InboundMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Messages that no handler is for. For one thread. */
final class UnmatchedMessages {

    /** How many of QoS 0 are held; the others are bounded by the Receive Maximum or by reading no more. */
    private static final int HELD_QOS0 = 1_000;

    private final UnmatchedPolicy policy;
    private final Consumer<ClientEvent> events;
    private final Deque<InboundMessage> held = new ArrayDeque<>();
    private final Deque<InboundMessage> again = new ArrayDeque<>();
    private int heldQos0;

    UnmatchedMessages(UnmatchedPolicy policy, Consumer<ClientEvent> events) {
        this.policy = policy;
        this.events = events;
    }

    void add(InboundMessage message, Reporter reporter) {
        addAgain(message, reporter);
        events.accept(new ClientEvent.Unmatched(message));
    }

    /** A message that has been reported, or has had a handler, and has none now. */
    void addAgain(InboundMessage message, Reporter reporter) {
        boolean qos0 = message.qos() == QoS.AT_MOST_ONCE;
        switch (policy) {
            case HOLD -> {
                if (qos0 && heldQos0 >= HELD_QOS0) {
                    reporter.decided(message, null);
                } else {
                    heldQos0 += qos0 ? 1 : 0;
                    held.addLast(message);
                }
            }
            case REFUSE -> reporter.decided(message, Refusals.UNMATCHED);
            case ACKNOWLEDGE -> reporter.decided(message, null);
        }
    }

    /** There are new handlers: what is held gets another chance. */
    void tryAgain() {
        again.addAll(held);
        held.clear();
        heldQos0 = 0;
    }

    /** A message has lost its handler. */
    void tryAgain(InboundMessage message) {
        again.addLast(message);
    }

    /** A held message that gets another chance now; null if there is none. */
    @Nullable
    InboundMessage nextAgain() {
        return again.pollFirst();
    }
}
