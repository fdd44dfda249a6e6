package dev.aldis.mqtt.protocol.packet;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ReasonCode;

/**
 * PUBREL (section 3.6).
 *
 * @param packetIdentifier 1 to 65,535
 * @param reasonCode success before 5.0
 * @param diagnostics Reason String and User Properties
 */
public record PubRel(int packetIdentifier, ReasonCode reasonCode, Diagnostics diagnostics) implements ControlPacket {

    @Override
    public PacketType type() {
        return PacketType.PUBREL;
    }

    /** The usual answer, which says no more than the identifier. */
    public static PubRel success(int packetIdentifier) {
        return new PubRel(packetIdentifier, ReasonCode.SUCCESS, Diagnostics.NONE);
    }
}
