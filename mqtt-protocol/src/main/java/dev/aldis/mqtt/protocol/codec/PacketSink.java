package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.protocol.packet.ControlPacket;
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
}
