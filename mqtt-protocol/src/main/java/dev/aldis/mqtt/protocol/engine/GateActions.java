package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.protocol.engine.StoreGate.Action;
import dev.aldis.mqtt.protocol.packet.PacketType;
import org.jspecify.annotations.Nullable;

/** Carries out what the store gate has held back, while the engine is drained. */
final class GateActions implements StoreGate.Performer {

    private final Lifecycle lifecycle;
    private @Nullable EngineOutput output;

    GateActions(Lifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    void to(EngineOutput target) {
        output = target;
    }

    @Override
    public boolean perform(Action action, Object subject, int connectionNumber) {
        EngineOutput target = output;
        if (target == null) {
            throw new IllegalStateException("Actions are carried out while the engine is drained only");
        }
        boolean current = lifecycle.phase() == ConnectionPhase.OPEN && connectionNumber == lifecycle.connectionNumber();
        return switch (action) {
            case STORED -> stored(target, (OutboundMessage) subject);
            case SEND_PUBLISH -> !current || sendPublish(target, (OutboundMessage) subject);
            case SEND_PUBREL -> !current || sendRelease(target, (OutboundMessage) subject);
            case COMPLETE -> {
                target.completed((OutboundMessage) subject);
                yield true;
            }
            case DELIVER -> {
                target.deliver((InboundMessage) subject);
                yield true;
            }
            case SEND_PUBREC -> !current || acknowledge(target, PacketType.PUBREC, (InboundMessage) subject);
            case SEND_PUBCOMP -> !current || acknowledge(target, PacketType.PUBCOMP, (InboundMessage) subject);
        };
    }

    private static boolean stored(EngineOutput target, OutboundMessage message) {
        if (message.phase != OutboundPhase.DONE) {
            target.stored(message);
        }
        return true;
    }

    private static boolean sendPublish(EngineOutput target, OutboundMessage message) {
        if (message.phase != OutboundPhase.IN_FLIGHT) {
            return true;
        }
        if (!target.hasRoom()) {
            return false;
        }
        boolean duplicate = message.sentBefore;
        message.sentBefore = true;
        target.sendPublish(message, duplicate);
        return true;
    }

    private static boolean sendRelease(EngineOutput target, OutboundMessage message) {
        if (message.phase == OutboundPhase.RELEASED) {
            target.sendRelease(message);
        }
        return true;
    }

    private static boolean acknowledge(EngineOutput target, PacketType type, InboundMessage message) {
        target.sendAcknowledgement(type, message.packetIdentifier);
        return true;
    }
}
