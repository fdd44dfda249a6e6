package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.protocol.engine.StoreGate.Action;
import java.util.ArrayList;
import java.util.List;

/** Which messages in memory are not complete, and which have an end that was not told. */
final class OpenMessages {

    private final SessionState session;
    private final StoreGate gate;

    OpenMessages(SessionState session, StoreGate gate) {
        this.session = session;
        this.gate = gate;
    }

    /** Those of QoS 1 and 2 that are not complete, in the order in which they were accepted. */
    List<OutboundMessage> pending() {
        List<OutboundMessage> pending = new ArrayList<>(session.inFlight.size() + session.queue.size());
        addAll(session.inFlight, pending);
        addAll(session.queue, pending);
        return pending;
    }

    /** The pending ones, those of QoS 0, those that wait for room, those whose end the store delays. */
    List<OutboundMessage> untold() {
        List<OutboundMessage> untold = pending();
        addAll(session.fastLane, untold);
        addAll(session.waiting, untold);
        gate.forEachWaiting(Action.SEND_QOS_0, subject -> untold.add((OutboundMessage) subject));
        gate.forEachWaiting(Action.COMPLETE, subject -> untold.add((OutboundMessage) subject));
        gate.forEachWaiting(Action.FAIL, subject -> untold.add(((Failure) subject).message()));
        return untold;
    }

    private static void addAll(MessageList list, List<OutboundMessage> messages) {
        for (OutboundMessage message = list.first(); message != null; message = message.next) {
            messages.add(message);
        }
    }
}
