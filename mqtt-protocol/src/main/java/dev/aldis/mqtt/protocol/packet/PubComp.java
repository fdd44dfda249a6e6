package dev.aldis.mqtt.protocol.packet;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ReasonCode;

/**
 * PUBCOMP (section 3.7).
 *
 * @param packetIdentifier 1 to 65,535
 * @param reasonCode success before 5.0
 * @param diagnostics Reason String and User Properties
 */
public record PubComp(int packetIdentifier, ReasonCode reasonCode, Diagnostics diagnostics) implements ControlPacket {

    @Override
    public PacketType type() {
        return PacketType.PUBCOMP;
    }

    /** The usual answer, which says no more than the identifier. */
    public static PubComp success(int packetIdentifier) {
        return new PubComp(packetIdentifier, ReasonCode.SUCCESS, Diagnostics.NONE);
    }
}
