package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;

/** Gives packets to an engine as the client does: an acknowledgement of success comes without an object. */
final class Arrival {

    private Arrival() {}

    static void handle(Engine engine, ControlPacket packet, long nowNanos, long epochMillis) {
        int identifier = identifierOfSuccess(packet);
        if (identifier == 0) {
            engine.handlePacket(packet, nowNanos, epochMillis);
        } else {
            engine.handleSuccess(packet.type(), identifier, nowNanos);
        }
    }

    /** 0 for any other packet. */
    private static int identifierOfSuccess(ControlPacket packet) {
        return switch (packet.type()) {
            case PUBACK -> {
                PubAck ack = (PubAck) packet;
                yield ifSuccess(ack.packetIdentifier(), ack.reasonCode(), ack.diagnostics());
            }
            case PUBREC -> {
                PubRec ack = (PubRec) packet;
                yield ifSuccess(ack.packetIdentifier(), ack.reasonCode(), ack.diagnostics());
            }
            case PUBREL -> {
                PubRel ack = (PubRel) packet;
                yield ifSuccess(ack.packetIdentifier(), ack.reasonCode(), ack.diagnostics());
            }
            case PUBCOMP -> {
                PubComp ack = (PubComp) packet;
                yield ifSuccess(ack.packetIdentifier(), ack.reasonCode(), ack.diagnostics());
            }
            default -> 0;
        };
    }

    private static int ifSuccess(int identifier, ReasonCode code, Diagnostics diagnostics) {
        return code == ReasonCode.SUCCESS && diagnostics.equals(Diagnostics.NONE) ? identifier : 0;
    }
}
