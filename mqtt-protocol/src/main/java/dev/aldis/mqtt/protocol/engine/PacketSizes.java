package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.protocol.packet.ControlPacket;

/** How large a packet is on the wire; the codec knows. */
@FunctionalInterface
public interface PacketSizes {

    /** The size in bytes in a version, fixed header included. */
    int sizeBytes(ControlPacket packet, ProtocolVersion version);
}
