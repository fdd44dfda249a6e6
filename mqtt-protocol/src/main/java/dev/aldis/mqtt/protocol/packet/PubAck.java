package dev.aldis.mqtt.protocol.packet;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ReasonCode;

/**
 * PUBACK (section 3.4).
 *
 * @param packetIdentifier 1 to 65,535
 * @param reasonCode success before 5.0
 * @param diagnostics Reason String and User Properties
 */
public record PubAck(int packetIdentifier, ReasonCode reasonCode, Diagnostics diagnostics) implements ControlPacket {

    @Override
    public PacketType type() {
        return PacketType.PUBACK;
    }

    /** The usual answer, which says no more than the identifier. */
    public static PubAck success(int packetIdentifier) {
        return new PubAck(packetIdentifier, ReasonCode.SUCCESS, Diagnostics.NONE);
    }
}
