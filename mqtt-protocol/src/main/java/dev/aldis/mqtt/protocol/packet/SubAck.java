package dev.aldis.mqtt.protocol.packet;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ReasonCode;
import java.util.List;

/**
 * SUBACK (section 3.9).
 *
 * @param packetIdentifier 1 to 65,535
 * @param reasonCodes one for each subscription
 * @param diagnostics Reason String and User Properties
 */
public record SubAck(int packetIdentifier, List<ReasonCode> reasonCodes, Diagnostics diagnostics)
        implements ControlPacket {

    @Override
    public PacketType type() {
        return PacketType.SUBACK;
    }
}
