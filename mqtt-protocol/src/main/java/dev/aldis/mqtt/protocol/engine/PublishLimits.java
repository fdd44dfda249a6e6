package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks a message against what the server said in CONNACK, before it is sent. */
final class PublishLimits {

    private final PacketSizes sizes;

    PublishLimits(PacketSizes sizes) {
        this.sizes = sizes;
    }

    /** What forbids the message, or null. */
    @Nullable
    MqttException check(Message message, ConnectionState connection) {
        ServerLimits limits = connection.limits;
        if (connection.version != ProtocolVersion.MQTT_5
                && !message.properties().equals(MessageProperties.NONE)) {
            return new PublishException(
                    "The message has " + message.properties() + " and the server speaks " + connection.version
                            + ", which has no properties: leave them out, or use a server of MQTT 5.0",
                    ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
        }
        if (message.qos().level() > limits.maximumQos().level()) {
            return new PublishException(
                    "The server takes QoS " + limits.maximumQos().level() + " at most and the message has QoS "
                            + message.qos().level() + ": publish with a lower QoS [MQTT-3.2.2-11]",
                    ReasonCode.QOS_NOT_SUPPORTED);
        }
        if (message.retain() && !limits.retainAvailable()) {
            return new PublishException(
                    "The server keeps no retained messages: publish without retain [MQTT-3.2.2-14]",
                    ReasonCode.RETAIN_NOT_SUPPORTED);
        }
        return limits.maximumPacketSizeBytes() == ServerLimits.NONE.maximumPacketSizeBytes()
                ? null
                : checkSize(message, connection);
    }

    private @Nullable MqttException checkSize(Message message, ConnectionState connection) {
        long maximumBytes = connection.limits.maximumPacketSizeBytes();
        int identifier = message.qos().level() == 0 ? 0 : 1;
        int size = sizes.sizeBytes(new Publish(message, identifier, false, 0, List.of()), connection.version);
        if (size <= maximumBytes) {
            return null;
        }
        return new PublishException(
                "The message takes " + size + " bytes on the wire and the server's Maximum Packet Size is "
                        + maximumBytes + ": publish a smaller message [MQTT-3.2.2-15]",
                ReasonCode.PACKET_TOO_LARGE);
    }
}
