package dev.aldis.mqtt.protocol.packet;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ReasonCode;

/**
 * AUTH (section 3.15).
 *
 * @param reasonCode success, continue or re-authenticate
 * @param authentication method and data
 * @param diagnostics Reason String and User Properties
 */
public record Auth(ReasonCode reasonCode, AuthenticationExchange authentication, Diagnostics diagnostics)
        implements ControlPacket {

    @Override
    public PacketType type() {
        return PacketType.AUTH;
    }
}
