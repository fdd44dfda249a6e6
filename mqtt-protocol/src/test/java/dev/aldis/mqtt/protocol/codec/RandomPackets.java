package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.Credentials;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.RetainHandling;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.api.UserProperty;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ConnectProperties;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PingReq;
import dev.aldis.mqtt.protocol.packet.PingResp;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.UnsubAck;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.util.List;

/** Packets of one version and one sender that keep all rules, drawn from a seed. */
final class RandomPackets {

    /** The largest alias that is drawn. */
    static final int TOPIC_ALIAS_MAXIMUM = 20;

    private static final List<PacketType> FROM_CLIENT = List.of(
            PacketType.PUBLISH,
            PacketType.PUBACK,
            PacketType.PUBREC,
            PacketType.PUBREL,
            PacketType.PUBCOMP,
            PacketType.SUBSCRIBE,
            PacketType.UNSUBSCRIBE,
            PacketType.PINGREQ,
            PacketType.DISCONNECT,
            PacketType.AUTH);
    private static final List<PacketType> FROM_SERVER = List.of(
            PacketType.CONNACK,
            PacketType.PUBLISH,
            PacketType.PUBACK,
            PacketType.PUBREC,
            PacketType.PUBREL,
            PacketType.PUBCOMP,
            PacketType.SUBACK,
            PacketType.UNSUBACK,
            PacketType.PINGRESP,
            PacketType.DISCONNECT,
            PacketType.AUTH);

    private final RandomValues values;
    private final ProtocolVersion version;
    private final boolean mqtt5;
    private final Role sender;

    RandomPackets(RandomValues values, ProtocolVersion version, Role sender) {
        this.values = values;
        this.version = version;
        this.mqtt5 = version == ProtocolVersion.MQTT_5;
        this.sender = sender;
    }

    /** A packet other than CONNECT. */
    ControlPacket next() {
        PacketType type = values.oneOf(sender == Role.CLIENT ? FROM_CLIENT : FROM_SERVER);
        boolean missing =
                !mqtt5 && (type == PacketType.AUTH || (type == PacketType.DISCONNECT && sender == Role.SERVER));
        return missing ? publish() : of(type);
    }

    private ControlPacket of(PacketType type) {
        return switch (type) {
            case CONNECT -> connect();
            case CONNACK -> connAck();
            case PUBLISH -> publish();
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> AckCodec.of(type, values.identifier(), code(type), diagnostics());
            case SUBSCRIBE ->
                new Subscribe(
                        values.identifier(),
                        values.list(1, 4, this::subscription),
                        mqtt5 && values.chance(2) ? values.below(VariableByteInteger.MAXIMUM) + 1 : 0,
                        userProperties());
            case SUBACK -> new SubAck(values.identifier(), values.list(1, 5, () -> code(type)), diagnostics());
            case UNSUBSCRIBE ->
                new Unsubscribe(values.identifier(), values.list(1, 4, values::filter), userProperties());
            case UNSUBACK ->
                new UnsubAck(
                        values.identifier(), mqtt5 ? values.list(1, 5, () -> code(type)) : List.of(), diagnostics());
            case PINGREQ -> PingReq.INSTANCE;
            case PINGRESP -> PingResp.INSTANCE;
            case DISCONNECT -> disconnect();
            case AUTH -> new Auth(code(type), values.authentication(), diagnostics());
        };
    }

    Connect connect() {
        boolean cleanStart = values.chance(2);
        boolean mayBeEmpty = mqtt5 || (cleanStart && version == ProtocolVersion.MQTT_3_1_1);
        String identifier = mayBeEmpty && values.chance(4) ? "" : "c" + values.text();
        ConnectProperties properties = !mqtt5
                ? ConnectProperties.NONE
                : new ConnectProperties(
                        values.chance(2) ? 0 : values.unsignedInt(),
                        values.chance(2) ? 65_535 : values.identifier(),
                        values.chance(2) ? 0xFFFF_FFFFL : Math.max(1, values.unsignedInt()),
                        values.chance(2) ? 0 : values.identifier(),
                        values.chance(2),
                        values.chance(2),
                        values.chance(2) ? null : values.authentication(),
                        userProperties());
        return new Connect(
                version,
                identifier,
                cleanStart,
                values.chance(4) ? 0 : values.identifier(),
                properties,
                values.chance(2) ? null : new Will(message(300), mqtt5 ? values.unsignedInt() : 0),
                credentials());
    }

    private Credentials credentials() {
        return switch (values.below(mqtt5 ? 4 : 3)) {
            case 0 -> null;
            case 1 -> Credentials.ofUserName(values.text());
            case 2 -> Credentials.of(values.text(), values.payload(100));
            default -> Credentials.ofPassword(values.payload(100));
        };
    }

    private ConnAck connAck() {
        ReasonCode code = values.chance(2) ? ReasonCode.SUCCESS : code(PacketType.CONNACK);
        boolean sessionPresent = code == ReasonCode.SUCCESS && values.chance(2);
        if (!mqtt5) {
            return new ConnAck(sessionPresent, code, ConnAckProperties.NONE);
        }
        ServerLimits limits = new ServerLimits(
                values.identifier(),
                Math.max(1, values.unsignedInt()),
                values.below(65_536),
                values.oneOf(List.of(QoS.values())),
                values.chance(2),
                values.chance(2),
                values.chance(2),
                values.chance(2));
        ConnAckProperties properties = new ConnAckProperties(
                values.chance(2) ? -1 : values.unsignedInt(),
                values.chance(2) ? -1 : values.below(65_536),
                values.chance(2) ? null : values.text(),
                values.chance(2) ? ServerLimits.NONE : limits,
                values.chance(2) ? null : values.text(),
                values.chance(2) ? null : values.text(),
                values.chance(2) ? null : values.authentication(),
                diagnostics());
        return new ConnAck(sessionPresent, code, properties);
    }

    private Publish publish() {
        Message message = message(values.chance(50) ? 40_000 : 300);
        boolean acknowledged = message.qos() != QoS.AT_MOST_ONCE;
        return new Publish(
                message,
                acknowledged ? values.identifier() : 0,
                acknowledged && values.chance(2),
                mqtt5 && values.chance(2) ? values.below(TOPIC_ALIAS_MAXIMUM) + 1 : 0,
                mqtt5 && sender == Role.SERVER
                        ? values.list(0, 3, () -> values.below(VariableByteInteger.MAXIMUM) + 1)
                        : List.of());
    }

    private Message message(int largestPayload) {
        return new Message(
                values.topic(),
                values.payload(largestPayload),
                values.oneOf(List.of(QoS.values())),
                values.chance(2),
                mqtt5
                        ? values.messageProperties()
                        : Message.of("a", QoS.AT_MOST_ONCE, "").properties());
    }

    private Disconnect disconnect() {
        if (!mqtt5) {
            return Disconnect.of(ReasonCode.SUCCESS);
        }
        boolean client = sender == Role.CLIENT;
        return new Disconnect(
                code(PacketType.DISCONNECT),
                client && values.chance(2) ? values.unsignedInt() : -1,
                !client && values.chance(2) ? values.text() : null,
                diagnostics());
    }

    private Subscription subscription() {
        Subscription subscription = Subscription.of(values.filter().text(), values.oneOf(List.of(QoS.values())));
        return mqtt5
                ? subscription
                        .withNoLocal(!subscription.topicFilter().isShared() && values.chance(2))
                        .withRetainAsPublished(values.chance(2))
                        .withRetainHandling(values.oneOf(List.of(RetainHandling.values())))
                : subscription;
    }

    private ReasonCode code(PacketType type) {
        if (mqtt5) {
            return values.oneOf(List.copyOf(ReasonCodes.allowed(type, sender)));
        }
        return switch (type) {
            case CONNACK ->
                values.oneOf(List.of(
                        ReasonCode.SUCCESS,
                        ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                        ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                        ReasonCode.SERVER_UNAVAILABLE,
                        ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                        ReasonCode.NOT_AUTHORIZED));
            case SUBACK ->
                values.oneOf(List.of(
                        ReasonCode.SUCCESS,
                        ReasonCode.GRANTED_QOS_1,
                        ReasonCode.GRANTED_QOS_2,
                        ReasonCode.UNSPECIFIED_ERROR));
            default -> ReasonCode.SUCCESS;
        };
    }

    private Diagnostics diagnostics() {
        return mqtt5 && values.chance(2)
                ? Diagnostics.of(values.chance(2) ? values.text() : null, userProperties())
                : Diagnostics.NONE;
    }

    private List<UserProperty> userProperties() {
        return mqtt5 ? values.userProperties() : List.of();
    }
}
