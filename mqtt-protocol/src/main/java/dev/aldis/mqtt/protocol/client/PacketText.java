package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.Credentials;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.UnsubAck;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Control Packets for people. What is secret is hidden; payloads too, unless they are asked for. */
final class PacketText {

    /** More of a payload is not shown. */
    private static final int SHOWN_BYTES = 256;

    private final boolean payloads;

    PacketText(boolean payloads) {
        this.payloads = payloads;
    }

    String of(ControlPacket packet) {
        return switch (packet.type()) {
            case CONNECT -> connect((Connect) packet);
            case CONNACK -> connAck((ConnAck) packet);
            case PUBLISH -> {
                Publish publish = (Publish) packet;
                yield publish(publish.message(), publish.packetIdentifier(), publish.duplicate(), publish.topicAlias())
                        + (publish.subscriptionIdentifiers().isEmpty()
                                ? ""
                                : ", subscriptions " + publish.subscriptionIdentifiers());
            }
            case PUBACK -> {
                PubAck ack = (PubAck) packet;
                yield acknowledgement(ack.packetIdentifier(), ack.reasonCode(), ack.diagnostics());
            }
            case PUBREC -> {
                PubRec ack = (PubRec) packet;
                yield acknowledgement(ack.packetIdentifier(), ack.reasonCode(), ack.diagnostics());
            }
            case PUBREL -> {
                PubRel ack = (PubRel) packet;
                yield acknowledgement(ack.packetIdentifier(), ack.reasonCode(), ack.diagnostics());
            }
            case PUBCOMP -> {
                PubComp ack = (PubComp) packet;
                yield acknowledgement(ack.packetIdentifier(), ack.reasonCode(), ack.diagnostics());
            }
            case SUBSCRIBE -> {
                Subscribe subscribe = (Subscribe) packet;
                yield "id " + subscribe.packetIdentifier() + " " + subscribe.subscriptions();
            }
            case SUBACK -> {
                SubAck ack = (SubAck) packet;
                yield answer(ack.packetIdentifier(), ack.reasonCodes(), ack.diagnostics());
            }
            case UNSUBSCRIBE -> {
                Unsubscribe unsubscribe = (Unsubscribe) packet;
                yield "id " + unsubscribe.packetIdentifier() + " " + unsubscribe.topicFilters();
            }
            case UNSUBACK -> {
                UnsubAck ack = (UnsubAck) packet;
                yield answer(ack.packetIdentifier(), ack.reasonCodes(), ack.diagnostics());
            }
            case PINGREQ, PINGRESP -> "";
            case DISCONNECT -> disconnect((Disconnect) packet);
            case AUTH -> {
                Auth auth = (Auth) packet;
                yield auth.reasonCode() + authentication(auth.authentication()) + words(auth.diagnostics());
            }
        };
    }

    private String connect(Connect packet) {
        StringBuilder text = new StringBuilder(64)
                .append(packet.version())
                .append(" client '")
                .append(packet.clientIdentifier())
                .append("', clean start ")
                .append(packet.cleanStart())
                .append(", keep alive ")
                .append(packet.keepAliveSeconds())
                .append(" s");
        Credentials credentials = packet.credentials();
        if (credentials != null) {
            text.append(
                    credentials.userName().map(name -> ", user '" + name + "'").orElse(""));
            text.append(credentials.password().isPresent() ? ", password hidden" : "");
        }
        Will will = packet.will();
        if (will != null) {
            text.append(", will [").append(publish(will.message(), 0, false, 0));
            text.append(will.delaySeconds() == 0 ? "]" : ", delay " + will.delaySeconds() + " s]");
        }
        text.append(authentication(packet.properties().authentication()));
        if (!packet.properties().userProperties().isEmpty()) {
            text.append(", ").append(packet.properties().userProperties());
        }
        return text.toString();
    }

    private static String connAck(ConnAck packet) {
        ConnAckProperties properties = packet.properties();
        return packet.reasonCode() + ", session present " + packet.sessionPresent()
                + (properties.assignedClientIdentifier() == null
                        ? ""
                        : ", assigned '" + properties.assignedClientIdentifier() + "'")
                + (properties.serverReference() == null ? "" : ", reference " + properties.serverReference())
                + authentication(properties.authentication())
                + ", " + properties.limits()
                + words(properties.diagnostics());
    }

    /** A PUBLISH whose parts are at hand. */
    String publish(Message message, int identifier, boolean duplicate, int alias) {
        return "'" + message.topic() + "' QoS " + message.qos().level()
                + (identifier == 0 ? "" : ", id " + identifier)
                + (duplicate ? ", duplicate" : "")
                + (message.retain() ? ", retain" : "")
                + (alias == 0 ? "" : ", alias " + alias)
                + properties(message.properties())
                + ", " + payload(message.payload());
    }

    /** Of Correlation Data they show the size only. */
    private static String properties(MessageProperties properties) {
        return properties.equals(MessageProperties.NONE) ? "" : ", " + properties;
    }

    private String payload(Payload payload) {
        String size = payload.sizeBytes() + " bytes";
        if (!payloads || payload.sizeBytes() == 0) {
            return size;
        }
        byte[] bytes = payload.toByteArray();
        if (bytes.length > SHOWN_BYTES) {
            return size + ", begins with 0x" + HexFormat.of().formatHex(bytes, 0, SHOWN_BYTES);
        }
        try {
            return size + " '" + StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)) + "'";
        } catch (CharacterCodingException e) {
            // It is no text.
            return size + " 0x" + HexFormat.of().formatHex(bytes);
        }
    }

    /** An acknowledgement that says success. */
    static String success(int identifier) {
        return "id " + identifier;
    }

    private static String acknowledgement(int identifier, ReasonCode code, Diagnostics diagnostics) {
        return "id " + identifier + (code == ReasonCode.SUCCESS ? "" : ", " + code) + words(diagnostics);
    }

    private static String answer(int identifier, List<ReasonCode> codes, Diagnostics diagnostics) {
        return "id " + identifier + " " + codes + words(diagnostics);
    }

    private static String disconnect(Disconnect packet) {
        return packet.reasonCode()
                + (packet.sessionExpirySeconds() < 0 ? "" : ", session expiry " + packet.sessionExpirySeconds() + " s")
                + (packet.serverReference() == null ? "" : ", reference " + packet.serverReference())
                + words(packet.diagnostics());
    }

    private static String authentication(@Nullable AuthenticationExchange exchange) {
        return exchange == null
                ? ""
                : ", authentication '" + exchange.method() + "'" + (exchange.data() == null ? "" : ", data hidden");
    }

    private static String words(Diagnostics diagnostics) {
        return diagnostics.equals(Diagnostics.NONE) ? "" : ", " + diagnostics;
    }
}
