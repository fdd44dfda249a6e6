package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ConnectProperties;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PingReq;
import dev.aldis.mqtt.protocol.packet.PingResp;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.UnsubAck;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Control Packets as words of a transcript, both ways. */
final class TranscriptPackets {

    private TranscriptPackets() {}

    // --- out

    static String text(ControlPacket packet) {
        return switch (packet.type()) {
            case CONNECT -> connect((Connect) packet);
            case SUBSCRIBE -> subscribe((Subscribe) packet);
            case UNSUBSCRIBE -> {
                Unsubscribe unsubscribe = (Unsubscribe) packet;
                yield "UNSUBSCRIBE id " + unsubscribe.packetIdentifier() + " " + unsubscribe.topicFilters();
            }
            case DISCONNECT -> "DISCONNECT " + ((Disconnect) packet).reasonCode();
            case PINGREQ -> "PINGREQ";
            case PUBACK ->
                acknowledgement(packet, ((PubAck) packet).packetIdentifier(), ((PubAck) packet).reasonCode())
                        + words(((PubAck) packet).diagnostics());
            case PUBREC ->
                acknowledgement(packet, ((PubRec) packet).packetIdentifier(), ((PubRec) packet).reasonCode())
                        + words(((PubRec) packet).diagnostics());
            case PUBREL ->
                acknowledgement(packet, ((PubRel) packet).packetIdentifier(), ((PubRel) packet).reasonCode());
            case PUBCOMP ->
                acknowledgement(packet, ((PubComp) packet).packetIdentifier(), ((PubComp) packet).reasonCode());
            case AUTH -> auth((Auth) packet);
            case CONNACK, PUBLISH, SUBACK, UNSUBACK, PINGRESP -> throw new AssertionError("The engine sent " + packet);
        };
    }

    private static String auth(Auth packet) {
        Payload data = packet.authentication().data();
        return "AUTH " + packet.reasonCode() + " " + packet.authentication().method()
                + (data == null ? "" : " " + data.text());
    }

    private static String acknowledgement(ControlPacket packet, int identifier, ReasonCode code) {
        return packet.type() + " id " + identifier + (code == ReasonCode.SUCCESS ? "" : " " + code);
    }

    private static String words(Diagnostics diagnostics) {
        return diagnostics.reasonString().map(text -> " (" + text + ")").orElse("");
    }

    private static String connect(Connect packet) {
        return "CONNECT " + packet.version() + " client '" + packet.clientIdentifier() + "', clean start "
                + (packet.cleanStart() ? 1 : 0);
    }

    private static String subscribe(Subscribe packet) {
        return "SUBSCRIBE id " + packet.packetIdentifier()
                + (packet.subscriptionIdentifier() == 0
                        ? " "
                        : " subscription " + packet.subscriptionIdentifier() + " ")
                + packet.subscriptions().stream()
                        .map(one -> one.topicFilter() + " q" + one.maximumQos().level()
                                + (one.needsMqtt5() ? " " + one.retainHandling() : ""))
                        .collect(Collectors.joining(", ", "[", "]"));
    }

    static String text(Message message, int identifier, boolean duplicate) {
        return " q" + message.qos().level() + (identifier == 0 ? "" : " id " + identifier) + (duplicate ? " dup" : "")
                + (message.retain() ? " retain" : "") + " " + message.topic() + " "
                + message.payload().text();
    }

    // --- in

    static ControlPacket parse(Words words) {
        String type = words.next();
        return switch (type) {
            case "CONNACK" -> connAck(words);
            case "PUBLISH" -> publish(words);
            case "PUBACK" -> new PubAck(words.nextInt(), words.code(), reason(words));
            case "PUBREC" -> new PubRec(words.nextInt(), words.code(), reason(words));
            case "PUBREL" -> new PubRel(words.nextInt(), words.code(), Diagnostics.NONE);
            case "PUBCOMP" -> new PubComp(words.nextInt(), words.code(), reason(words));
            case "SUBACK" -> new SubAck(words.nextInt(), words.codes(), Diagnostics.NONE);
            case "UNSUBACK" -> new UnsubAck(words.nextInt(), words.codes(), Diagnostics.NONE);
            case "PINGREQ" -> PingReq.INSTANCE;
            case "PINGRESP" -> PingResp.INSTANCE;
            case "DISCONNECT" -> new Disconnect(words.code(), -1, words.option("reference"), reason(words));
            case "AUTH" -> authentication(words);
            case "CONNECT" ->
                new Connect(
                        dev.aldis.mqtt.api.ProtocolVersion.MQTT_5, "c", false, 0, ConnectProperties.NONE, null, null);
            case "SUBSCRIBE" -> new Subscribe(1, List.of(Subscription.of("a", QoS.AT_MOST_ONCE)), 0, List.of());
            case "UNSUBSCRIBE" -> new Unsubscribe(1, List.of(TopicFilter.of("a")), List.of());
            default -> throw new AssertionError("No packet is called " + type);
        };
    }

    private static Auth authentication(Words words) {
        ReasonCode code = words.flag("done") ? ReasonCode.SUCCESS : ReasonCode.CONTINUE_AUTHENTICATION;
        AuthenticationExchange named = exchange(words);
        return new Auth(code, named == null ? new AuthenticationExchange("method", null) : named, reason(words));
    }

    /** What {@code auth=method} and {@code data=data} say, or null. */
    static @Nullable AuthenticationExchange exchange(Words words) {
        String method = words.option("auth");
        return method == null ? null : new AuthenticationExchange(method, data(words));
    }

    static @Nullable Payload data(Words words) {
        String data = words.option("data");
        return data == null ? null : Payload.of(data);
    }

    static Diagnostics reason(Words words) {
        return Diagnostics.of(words.option("reason"), List.of());
    }

    private static ControlPacket connAck(Words words) {
        boolean present = words.flag("present");
        ReasonCode code = words.code();
        String keepAlive = words.option("keepAlive");
        String expiry = words.option("expiry");
        return new ConnAck(
                present,
                code,
                new ConnAckProperties(
                        expiry == null ? -1 : Long.parseLong(expiry),
                        keepAlive == null ? -1 : Integer.parseInt(keepAlive),
                        words.option("assigned"),
                        limits(words),
                        null,
                        words.option("reference"),
                        exchange(words),
                        reason(words)));
    }

    private static ServerLimits limits(Words words) {
        String packet = words.option("packet");
        return new ServerLimits(
                words.option("receiveMaximum", 65_535),
                packet == null ? ServerLimits.NONE.maximumPacketSizeBytes() : Long.parseLong(packet),
                0,
                QoS.of(words.option("qos", 2)),
                !words.flag("noRetain"),
                !words.flag("noWildcard"),
                !words.flag("noIdentifiers"),
                !words.flag("noShared"));
    }

    private static ControlPacket publish(Words words) {
        QoS qos = words.qos();
        int identifier = words.option("id", 0);
        boolean duplicate = words.flag("dup");
        boolean retain = words.flag("retain");
        String topic = words.next();
        Message message =
                Message.of(topic, qos, words.hasNext() ? words.next() : "").withRetain(retain);
        return new Publish(message, identifier, duplicate, 0, new ArrayList<>());
    }
}
