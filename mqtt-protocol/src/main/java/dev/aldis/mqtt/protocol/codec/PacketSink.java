package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;

/** Takes decoded packets, in the order of their arrival. */
@FunctionalInterface
public interface PacketSink {

    /**
     * A packet has arrived.
     *
     * @param packet owns all its bytes
     * @throws PeerViolation if the packet is not allowed now; nothing after it is decoded
     */
    void packet(ControlPacket packet) throws PeerViolation;

    /**
     * A PUBACK, PUBREC, PUBREL or PUBCOMP has arrived that says success and no more, as most do. Who takes it as it is
     * needs no object for it; otherwise it becomes a packet.
     *
     * @param type one of the four
     * @param packetIdentifier 1 to 65,535
     * @throws PeerViolation as {@link #packet}
     */
    default void success(PacketType type, int packetIdentifier) throws PeerViolation {
        packet(AckCodec.of(type, packetIdentifier, ReasonCode.SUCCESS, Diagnostics.NONE));
    }
}
