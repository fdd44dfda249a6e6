package dev.aldis.mqtt.protocol.packet;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * DISCONNECT (section 3.14).
 *
 * @param reasonCode success before 5.0
 * @param sessionExpirySeconds -1 if absent
 * @param serverReference null if absent
 * @param diagnostics Reason String and User Properties
 */
public record Disconnect(
        ReasonCode reasonCode,
        long sessionExpirySeconds,
        @Nullable String serverReference,
        Diagnostics diagnostics) implements ControlPacket {

    @Override
    public PacketType type() {
        return PacketType.DISCONNECT;
    }

    /** A DISCONNECT that says no more than its code. */
    public static Disconnect of(ReasonCode reasonCode) {
        return new Disconnect(reasonCode, -1, null, Diagnostics.NONE);
    }
}
