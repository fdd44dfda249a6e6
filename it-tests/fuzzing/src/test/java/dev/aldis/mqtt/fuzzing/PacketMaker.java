package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.PayloadFormat;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.api.UserProperty;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.util.List;

/** Packets that both ends may send, with values that the input says, right or wrong. */
class PacketMaker {

    private static final List<ReasonCode> CODES = List.of(ReasonCode.values());
    private static final List<String> TOPICS = List.of("a", "a/b", "$SYS/x", "/", "é", "\uFEFF");

    final Input in;
    final boolean mqtt5;

    PacketMaker(Input in, ProtocolVersion version) {
        this.in = in;
        this.mqtt5 = version == ProtocolVersion.MQTT_5;
    }

    /** One of eight kinds; subclasses have more. */
    ControlPacket common(int kind) {
        return switch (kind) {
            case 0 -> new PubAck(identifier(), code(), diagnostics());
            case 1 -> new PubRec(identifier(), code(), diagnostics());
            case 2 -> new PubRel(identifier(), code(), diagnostics());
            case 3 -> new PubComp(identifier(), code(), diagnostics());
            case 4 -> disconnect();
            case 5 -> new Auth(code(), authentication(), diagnostics());
            default -> publish();
        };
    }

    private Disconnect disconnect() {
        return new Disconnect(
                code(), in.chance(3) ? in.nextUnsignedInt() : -1, in.chance(3) ? in.text(8) : null, diagnostics());
    }

    private Publish publish() {
        Message message = message();
        int identifier = message.qos() == QoS.AT_MOST_ONCE && !in.chance(8) ? 0 : identifier();
        return new Publish(
                message,
                identifier,
                in.chance(4),
                in.chance(3) ? in.below(24) : 0,
                in.chance(4) ? in.list(1, 3, () -> (int) in.nextUnsignedInt() & 0x0FFF_FFFF) : List.of());
    }

    /** Small ones often, so that they meet each other. */
    int identifier() {
        int value = in.next();
        return value < 240 ? value % 6 : value < 250 ? in.nextShort() : 65_530 + value - 245;
    }

    ReasonCode code() {
        return in.chance(2) ? in.oneOf(CODES) : ReasonCode.SUCCESS;
    }

    Message message() {
        return new Message(
                topic(),
                Payload.wrap(in.bytes(in.below(20))),
                QoS.of(in.below(3)),
                in.chance(4),
                mqtt5 && in.chance(3) ? properties() : MessageProperties.NONE);
    }

    TopicName topic() {
        try {
            return in.chance(4) ? TopicName.of(in.text(10)) : TopicName.of(in.oneOf(TOPICS));
        } catch (IllegalArgumentException refused) {
            // No application gets past this either.
            return TopicName.of("refused");
        }
    }

    private MessageProperties properties() {
        MessageProperties.Builder builder = MessageProperties.builder();
        try {
            if (in.chance(2)) {
                builder.payloadFormat(in.chance(2) ? PayloadFormat.UTF_8 : PayloadFormat.UNSPECIFIED);
            }
            if (in.chance(2)) {
                builder.messageExpirySeconds(in.nextUnsignedInt());
            }
            if (in.chance(2)) {
                builder.contentType(in.text(6));
            }
            if (in.chance(2)) {
                builder.responseTopic(topic());
            }
            if (in.chance(2)) {
                builder.correlationData(Payload.wrap(in.bytes(in.below(8))));
            }
            userProperties().forEach(property -> builder.userProperty(property.name(), property.value()));
            return builder.build();
        } catch (IllegalArgumentException refused) {
            return MessageProperties.NONE;
        }
    }

    List<UserProperty> userProperties() {
        try {
            return mqtt5 && in.chance(4) ? in.list(1, 3, () -> new UserProperty(in.text(4), in.text(4))) : List.of();
        } catch (IllegalArgumentException refused) {
            return List.of();
        }
    }

    AuthenticationExchange authentication() {
        return new AuthenticationExchange(in.text(6), in.chance(2) ? Payload.wrap(in.bytes(in.below(8))) : null);
    }

    Diagnostics diagnostics() {
        return mqtt5 && in.chance(3)
                ? Diagnostics.of(in.chance(2) ? in.text(6) : null, userProperties())
                : Diagnostics.NONE;
    }
}
