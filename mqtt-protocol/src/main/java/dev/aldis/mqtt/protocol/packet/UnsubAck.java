package dev.aldis.mqtt.protocol.packet;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ReasonCode;
import java.util.List;

/**
 * UNSUBACK (section 3.11).
 *
 * @param packetIdentifier 1 to 65,535
 * @param reasonCodes one for each filter; empty before 5.0
 * @param diagnostics Reason String and User Properties
 */
public record UnsubAck(int packetIdentifier, List<ReasonCode> reasonCodes, Diagnostics diagnostics)
        implements ControlPacket {

    @Override
    public PacketType type() {
        return PacketType.UNSUBACK;
    }
}
