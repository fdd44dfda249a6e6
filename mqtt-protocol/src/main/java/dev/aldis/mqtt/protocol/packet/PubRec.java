package dev.aldis.mqtt.protocol.packet;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ReasonCode;

/**
 * PUBREC (section 3.5).
 *
 * @param packetIdentifier 1 to 65,535
 * @param reasonCode success before 5.0
 * @param diagnostics Reason String and User Properties
 */
public record PubRec(int packetIdentifier, ReasonCode reasonCode, Diagnostics diagnostics) implements ControlPacket {

    @Override
    public PacketType type() {
        return PacketType.PUBREC;
    }

    /** The usual answer, which says no more than the identifier. */
    public static PubRec success(int packetIdentifier) {
        return new PubRec(packetIdentifier, ReasonCode.SUCCESS, Diagnostics.NONE);
    }
}
