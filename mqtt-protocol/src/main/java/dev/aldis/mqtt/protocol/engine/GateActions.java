package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.protocol.engine.StoreGate.Action;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PacketType;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Carries out what the store gate has let go, while the engine is drained. */
final class GateActions implements StoreGate.Performer {

    private final Lifecycle lifecycle;
    private final QueuePaging paging;
    private final Notices notices;

    /** PUBLISH packets that wait for room only. They wait here, so that nothing else waits behind them in the gate. */
    private final Deque<OutboundMessage> ready = new ArrayDeque<>();

    private @Nullable EngineOutput output;

    GateActions(Lifecycle lifecycle, QueuePaging paging, Notices notices) {
        this.lifecycle = lifecycle;
        this.paging = paging;
        this.notices = notices;
    }

    /** Sends what has waited for room, and from now on works for this output. */
    void begin(EngineOutput target) {
        output = target;
        // While the connection closes, DISCONNECT may have left, and nothing follows it [MQTT-3.14.4-1].
        while (isOpen() && !ready.isEmpty() && target.hasRoom()) {
            sendNow(target, ready.removeFirst());
        }
    }

    /** Whether something waits for room. */
    boolean isWaiting() {
        return isOpen() && !ready.isEmpty();
    }

    private boolean isOpen() {
        return lifecycle.phase() == ConnectionPhase.OPEN;
    }

    /** The connection has ended. */
    void handleClosed() {
        ready.clear();
    }

    @Override
    public void perform(Action action, Object subject, int connectionNumber) {
        EngineOutput target = output;
        if (target == null) {
            throw new IllegalStateException("Actions are carried out while the engine is drained only");
        }
        switch (action) {
            case STORED -> stored(target, (OutboundMessage) subject);
            case COMPLETE -> target.completed((OutboundMessage) subject);
            case FAIL -> {
                Failure failure = (Failure) subject;
                target.failed(failure.message(), failure.kind(), failure.cause());
            }
            case DELIVER -> target.deliver((InboundMessage) subject);
            // At the end of the turn: before it what did not wait for the store is handed over as well.
            case UNSUBSCRIBED -> notices.add(told -> told.unsubscribed((Request) subject));
            case SEND_QOS_0 -> sendQos0(target, (OutboundMessage) subject, connectionNumber);
            case SEND_PUBLISH, SEND_PUBREL, SEND_PUBREC, SEND_PUBCOMP, SEND_PACKET -> {
                if (isOpen() && connectionNumber == lifecycle.connectionNumber()) {
                    send(action, subject, target);
                }
            }
        }
    }

    private void stored(EngineOutput target, OutboundMessage message) {
        if (message.phase != OutboundPhase.DONE) {
            target.stored(message);
        }
        paging.stored(message);
    }

    private void send(Action action, Object subject, EngineOutput target) {
        switch (action) {
            case SEND_PUBLISH -> sendPublish(target, (OutboundMessage) subject);
            case SEND_PUBREL -> sendRelease(target, (OutboundMessage) subject);
            case SEND_PUBREC -> acknowledge(target, PacketType.PUBREC, (InboundMessage) subject);
            case SEND_PUBCOMP -> acknowledge(target, PacketType.PUBCOMP, (InboundMessage) subject);
            case SEND_PACKET -> target.send((ControlPacket) subject);
            case STORED, SEND_QOS_0, COMPLETE, FAIL, DELIVER, UNSUBSCRIBED ->
                throw new IllegalArgumentException(action + " sends nothing");
        }
    }

    private void sendPublish(EngineOutput target, OutboundMessage message) {
        if (ready.isEmpty() && target.hasRoom()) {
            sendNow(target, message);
        } else {
            ready.addLast(message);
        }
    }

    private void sendQos0(EngineOutput target, OutboundMessage message, int connectionNumber) {
        paging.leftGate();
        if (isOpen() && connectionNumber == lifecycle.connectionNumber()) {
            target.sendPublish(message, false);
            target.stored(message);
            target.completed(message);
        } else {
            // It has left the store, and sending it on another connection could come after an earlier arrival.
            target.failed(
                    message,
                    PublishFailure.DROPPED,
                    new PublishException(
                            "The connection was lost while the message of QoS 0 was about to be sent",
                            (Throwable) null));
        }
    }

    private static void sendNow(EngineOutput target, OutboundMessage message) {
        if (message.phase == OutboundPhase.IN_FLIGHT) {
            boolean duplicate = message.sentBefore;
            message.sentBefore = true;
            target.sendPublish(message, duplicate);
        }
    }

    private static void sendRelease(EngineOutput target, OutboundMessage message) {
        if (message.phase == OutboundPhase.RELEASED) {
            target.sendRelease(message);
        }
    }

    private static void acknowledge(EngineOutput target, PacketType type, InboundMessage message) {
        target.sendAcknowledgement(type, message.packetIdentifier);
    }
}
