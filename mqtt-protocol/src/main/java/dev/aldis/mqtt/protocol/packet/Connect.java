package dev.aldis.mqtt.protocol.packet;

import dev.aldis.mqtt.api.Credentials;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Will;
import org.jspecify.annotations.Nullable;

/**
 * CONNECT (section 3.1).
 *
 * @param version protocol name and level
 * @param clientIdentifier may be empty
 * @param cleanStart Clean Start, or Clean Session before 5.0
 * @param keepAliveSeconds 0 is off
 * @param properties defaults before 5.0
 * @param will the Will Message
 * @param credentials user name and password; never in toString
 */
public record Connect(
        ProtocolVersion version,
        String clientIdentifier,
        boolean cleanStart,
        int keepAliveSeconds,
        ConnectProperties properties,
        @Nullable Will will,
        @Nullable Credentials credentials)
        implements ControlPacket {

    @Override
    public PacketType type() {
        return PacketType.CONNECT;
    }
}
