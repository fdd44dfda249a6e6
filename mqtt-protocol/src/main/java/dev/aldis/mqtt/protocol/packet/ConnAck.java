package dev.aldis.mqtt.protocol.packet;

import dev.aldis.mqtt.api.ReasonCode;

/**
 * CONNACK (section 3.2). The return codes of 3.1.1 are the Reason Codes of the same meaning.
 *
 * @param sessionPresent whether the server resumed a session
 * @param reasonCode success or the refusal
 * @param properties defaults before 5.0
 */
public record ConnAck(boolean sessionPresent, ReasonCode reasonCode, ConnAckProperties properties)
        implements ControlPacket {

    @Override
    public PacketType type() {
        return PacketType.CONNACK;
    }
}
