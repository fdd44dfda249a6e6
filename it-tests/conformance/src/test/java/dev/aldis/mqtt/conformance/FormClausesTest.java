package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.aldis.mqtt.api.Delivery;
import dev.aldis.mqtt.api.ManualHandler;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Negotiated;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReceiveOptions;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.api.SubscribeResult;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which a server may send its packets, and those that end the connection; and the short forms of ours. */
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class FormClausesTest extends PeerTest {

    private final BlockingQueue<Delivery> handled = new LinkedBlockingQueue<>();
    private MqttClient client;

    private ScriptedPeer.Connection connect(ProtocolVersion version) throws Exception {
        ScriptedPeer peer = peer(version);
        client = client(builder(peer, version)
                .receive(ReceiveOptions.DEFAULT.withRefusal(version == ProtocolVersion.MQTT_5))
                .reconnect(ReconnectPolicy.NEVER)
                .onMessage("#", (ManualHandler) handled::add));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false);
        get(connected);
        return connection;
    }

    private Delivery next() throws InterruptedException {
        Delivery delivery = handled.poll(60, TimeUnit.SECONDS);
        if (delivery == null) {
            throw new AssertionError("No message came");
        }
        return delivery;
    }

    /** What the client says at the end of a connection on which the server has broken a rule. */
    private static List<ControlPacket> farewell(ProtocolVersion version, ReasonCode code) {
        return version == ProtocolVersion.MQTT_5 ? List.of(Disconnect.of(code)) : List.of();
    }

    private static Map<Integer, String> bodies(ProtocolVersion version) {
        boolean mqtt5 = version == ProtocolVersion.MQTT_5;
        Map<Integer, String> bodies = new LinkedHashMap<>();
        for (int acknowledgement : new int[] {0x40, 0x50, 0x62, 0x70}) {
            bodies.put(acknowledgement, "02 0001");
        }
        bodies.put(0x90, mqtt5 ? "04 0001 00 00" : "03 0001 00");
        bodies.put(0xB0, mqtt5 ? "04 0001 00 00" : "02 0001");
        bodies.put(0xD0, "00");
        if (mqtt5) {
            bodies.put(0xE0, "00");
            bodies.put(0xF0, "06 18 04 15 0001 4d");
        }
        return bodies;
    }

    @Clause(
            value = {"MQTT-2.1.3-1", "MQTT-3.6.1-1", "MQTT-3.14.1-1", "MQTT-3.15.1-1"},
            v311 = {"MQTT-2.2.2-1", "MQTT-2.2.2-2", "MQTT-3.6.1-1"})
    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void otherFlagsThanThoseOfItsTypeEndTheConnection(ProtocolVersion version) throws Exception {
        ScriptedPeer peer = peer(version);
        client = client(builder(peer, version));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection first = peer.accept(false);
        get(connected);
        first.close();
        HexFormat hex = HexFormat.of();
        for (Map.Entry<Integer, String> packet : bodies(version).entrySet()) {
            for (int bit = 1; bit <= 8; bit <<= 1) {
                byte flags = (byte) (packet.getKey() ^ bit);
                try (ScriptedPeer.Connection connection = peer.accept(true)) {
                    connection.sendHex(hex.toHexDigits(flags) + packet.getValue());
                    assertEquals(
                            farewell(version, ReasonCode.MALFORMED_PACKET),
                            connection.untilEnd(),
                            () -> "First byte 0x" + hex.toHexDigits(flags));
                }
            }
        }
        for (int bit = 1; bit <= 8; bit <<= 1) {
            try (ScriptedPeer.Connection connection = peer.next()) {
                connection.expect(Connect.class);
                connection.sendHex("2" + bit + (version == ProtocolVersion.MQTT_5 ? "03 00 00 00" : "02 00 00"));
                assertEquals(List.of(), connection.untilEnd());
            }
        }
    }

    @Clause({"U-3.4.2", "U-3.5.2", "U-3.6.2", "U-3.7.2"})
    @ParameterizedTest
    @ValueSource(strings = {"02 id", "03 id 00", "04 id 00 00", "09 id 00 05 1f 0002 6f6b"})
    void anAcknowledgementIsTakenInEachOfItsForms(String form) throws Exception {
        ScriptedPeer.Connection connection = connect(ProtocolVersion.MQTT_5);
        Publication once = client.publish("a", QoS.AT_LEAST_ONCE, "x");
        connection.expect(Publish.class);
        connection.sendHex("40" + form.replace("id", "0001"));
        assertEquals(ReasonCode.SUCCESS, get(once).reasonCode());
        Publication exactly = client.publish("a", QoS.EXACTLY_ONCE, "x");
        connection.expect(Publish.class);
        connection.sendHex("50" + form.replace("id", "0002"));
        assertEquals(PubRel.success(2), connection.expect(PubRel.class));
        assertFalse(exactly.isDone());
        connection.sendHex("70" + form.replace("id", "0002"));
        assertEquals(ReasonCode.SUCCESS, get(exactly).reasonCode());
        connection.send(new Publish(Message.of("a", QoS.EXACTLY_ONCE, "x"), 9, false, 0, List.of()));
        next().acknowledge();
        connection.expect(PubRec.class);
        connection.sendHex("62" + form.replace("id", "0009"));
        assertEquals(PubComp.success(9), connection.expect(PubComp.class));
    }

    @Clause({"U-3.4.2", "U-3.5.2", "U-3.6.2", "U-3.7.2", "MQTT-3.6.2-1", "MQTT-3.7.2-1"})
    @Test
    void anAcknowledgementWithoutPropertiesEndsBehindItsReasonCode() throws Exception {
        ScriptedPeer.Connection connection = connect(ProtocolVersion.MQTT_5);
        int before = connection.bytes().length;
        connection.send(new Publish(Message.of("a", QoS.AT_LEAST_ONCE, "x"), 1, false, 0, List.of()));
        next().refuse(ReasonCode.NOT_AUTHORIZED);
        connection.expect(PubAck.class);
        connection.send(new Publish(Message.of("a", QoS.EXACTLY_ONCE, "x"), 2, false, 0, List.of()));
        next().refuse(ReasonCode.NOT_AUTHORIZED);
        connection.expect(PubRec.class);
        connection.send(PubRec.success(77));
        connection.expect(PubRel.class);
        connection.send(PubRel.success(78));
        connection.expect(PubComp.class);
        byte[] all = connection.bytes();
        assertEquals(
                "4003000187" + "5003000287" + "6203004d92" + "7003004e92",
                HexFormat.of().formatHex(Arrays.copyOfRange(all, before, all.length)));
    }

    @Clause(
            value = {"MQTT-3.3.4-1", "MQTT-4.3.2-3", "MQTT-4.3.3-3", "MQTT-4.3.3-6"},
            v311 = {"MQTT-3.3.4-1", "MQTT-4.3.2-1", "MQTT-4.3.3-1"})
    @ParameterizedTest
    @EnumSource
    void anAnswerThatAnotherQosHasEndsTheConnection(ProtocolVersion version) throws Exception {
        List<ControlPacket> farewell = farewell(version, ReasonCode.PROTOCOL_ERROR);
        for (QoS qos : List.of(QoS.AT_LEAST_ONCE, QoS.EXACTLY_ONCE)) {
            String other = qos == QoS.AT_LEAST_ONCE ? "50" : "40";
            for (String answer : List.of(other, "70")) {
                ScriptedPeer.Connection connection = connect(version);
                client.publish("a", qos, "x");
                connection.expect(Publish.class);
                connection.sendHex(answer + "02 0001");
                assertEquals(farewell, connection.untilEnd(), answer);
            }
        }
        ScriptedPeer.Connection connection = connect(version);
        client.publish("a", QoS.EXACTLY_ONCE, "x");
        connection.expect(Publish.class);
        connection.send(PubRec.success(1));
        connection.expect(PubRel.class);
        connection.send(PubAck.success(1));
        assertEquals(farewell, connection.untilEnd());
    }

    @Clause(
            value = {"U-3.9.2", "U-3.11.2"},
            v311 = {"U-3.9.2", "U-3.11.1"})
    @ParameterizedTest
    @EnumSource
    void anAnswerHasOneReasonCodeForEachFilter(ProtocolVersion version) throws Exception {
        boolean mqtt5 = version == ProtocolVersion.MQTT_5;
        List<String> wrong = mqtt5
                ? List.of(
                        "90 03 0001 00",
                        "90 04 0001 00 00",
                        "90 06 0001 00 000102",
                        "b0 03 0001 00",
                        "b0 04 0001 00 00",
                        "b0 06 0001 00 000000")
                : List.of("90 03 0001 00", "90 05 0001 000102", "b0 03 0001 00");
        for (String answer : wrong) {
            ScriptedPeer.Connection connection = connect(version);
            CompletableFuture<?> asked = answer.startsWith("9")
                    ? subscribeToTwo()
                    : client.unsubscribe(List.of(TopicFilter.of("a"), TopicFilter.of("b")));
            connection.nextOrEnd();
            connection.sendHex(answer);
            assertEquals(farewell(version, ReasonCode.PROTOCOL_ERROR), connection.untilEnd(), answer);
            assertThrows(Exception.class, () -> get(asked));
        }
        ScriptedPeer.Connection connection = connect(version);
        CompletableFuture<SubscribeResult> subscribed = subscribeToTwo();
        connection.nextOrEnd();
        connection.sendHex(mqtt5 ? "90 05 0001 00 0100" : "90 04 0001 0100");
        assertEquals(
                List.of(ReasonCode.GRANTED_QOS_1, ReasonCode.SUCCESS),
                get(subscribed).reasonCodes());
    }

    private CompletableFuture<SubscribeResult> subscribeToTwo() {
        return client.subscribe(
                List.of(Subscription.of("a", QoS.AT_LEAST_ONCE), Subscription.of("b", QoS.AT_LEAST_ONCE)),
                message -> {});
    }

    @Clause({"MQTT-1.5.4-1", "MQTT-1.5.4-2", "MQTT-1.5.7-1", "MQTT-3.3.2-1", "MQTT-3.3.2-13", "MQTT-3.3.2-19"})
    @ParameterizedTest
    @ValueSource(strings = {"eda080", "edb080", "c080", "e08080", "f4908080", "80", "c3", "610062"})
    void noTextThatIsNoneIsTakenWhereverItStands(String bytes) throws Exception {
        String text = HexFormat.of().toHexDigits((short) (bytes.length() / 2)) + bytes;
        String other = "000161";
        expectMalformed(text, "");
        for (String property : List.of("08" + text, "03" + text, "26" + other + text, "26" + text + other)) {
            expectMalformed(other, property);
        }
    }

    private void expectMalformed(String topic, String properties) throws Exception {
        HexFormat hex = HexFormat.of();
        String body = topic + hex.toHexDigits((byte) (properties.length() / 2)) + properties + "78";
        ScriptedPeer.Connection connection = connect(ProtocolVersion.MQTT_5);
        connection.sendHex("30" + hex.toHexDigits((byte) (body.length() / 2)) + body);
        assertEquals(List.of(Disconnect.of(ReasonCode.MALFORMED_PACKET)), connection.untilEnd(), body);
        assertEquals(0, handled.size());
    }

    @Clause({"U-1.5.2", "U-3.1.2.11.2"})
    @Test
    void numbersHaveNoSignAndTheirHighestByteFirst() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        client = client(
                builder(peer, ProtocolVersion.MQTT_5).topicAliases(10, 0).onMessage("#", (ManualHandler) handled::add));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.next();
        connection.expect(Connect.class);
        connection.sendHex("20 16 00 00 13 11 fffffffe 13 fffd 21 fffe 27 fffffffd 22 0102");
        get(connected);
        Negotiated negotiated = client.negotiated().orElseThrow();
        assertEquals(0xFFFF_FFFEL, negotiated.sessionExpirySeconds());
        assertEquals(0xFFFD, negotiated.keepAliveSeconds());
        assertEquals(
                new ServerLimits(0xFFFE, 0xFFFF_FFFDL, 0x0102, QoS.EXACTLY_ONCE, true, true, true, true),
                negotiated.server());
        connection.sendHex("32 0c 0001 61 8001 05 02 fffffffe 78");
        assertEquals(
                OptionalLong.of(0xFFFF_FFFEL), next().message().properties().messageExpirySeconds());
    }
}
