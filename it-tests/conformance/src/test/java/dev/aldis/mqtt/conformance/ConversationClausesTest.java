package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.DisconnectOptions;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.PayloadFormat;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole conversations byte by byte, and what stands in CONNECT. */
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class ConversationClausesTest extends PeerTest {

    private static final int USER_PROPERTY = 0x26;

    private final BlockingQueue<Integer> handled = new LinkedBlockingQueue<>();
    private MqttClient client;
    private int seen;

    private ScriptedPeer.Connection connect(ProtocolVersion version) throws Exception {
        ScriptedPeer peer = peer(version);
        client = client(builder(peer, version)
                .onMessage("#", message -> handled.add(message.payload().sizeBytes())));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false);
        get(connected);
        seen = connection.bytes().length;
        return connection;
    }

    /** What the client has sent since the last call. */
    private void expectHex(ScriptedPeer.Connection connection, String hex) {
        byte[] all = connection.bytes();
        assertEquals(hex.replace(" ", ""), HexFormat.of().formatHex(Arrays.copyOfRange(all, seen, all.length)));
        seen = all.length;
    }

    private void publish(ScriptedPeer.Connection connection, QoS qos, String text, String hex) throws Exception {
        client.publish("a", qos, text);
        connection.expect(Publish.class);
        expectHex(connection, hex);
    }

    @Clause(
            value = {
                "MQTT-2.1.3-1",
                "MQTT-2.2.1-2",
                "MQTT-2.2.2-1",
                "MQTT-3.3.2-1",
                "MQTT-3.6.1-1",
                "MQTT-4.3.1-1",
                "U-2.1.4",
                "U-3.3.2",
                "U-3.4.2",
                "U-3.5.2",
                "U-3.6.2",
                "U-3.7.2",
                "U-3.14.2.1"
            },
            v311 = {
                "MQTT-2.2.2-1",
                "MQTT-2.3.1-5",
                "MQTT-3.3.2-1",
                "MQTT-3.6.1-1",
                "MQTT-4.3.1-1",
                "U-3.4.1",
                "U-3.5.1",
                "U-3.6.1",
                "U-3.7.1",
                "U-3.14.1"
            })
    @ParameterizedTest
    @CsvSource({"MQTT_5, 00", "MQTT_3_1_1, ''"})
    void eachPacketHasItsBytesAndNoMore(ProtocolVersion version, String noProperties) throws Exception {
        ScriptedPeer.Connection connection = connect(version);
        int extra = noProperties.length() / 2;
        publish(connection, QoS.AT_MOST_ONCE, "x", "30 0" + (4 + extra) + "0001 61" + noProperties + "78");
        publish(connection, QoS.AT_LEAST_ONCE, "y", "32 0" + (6 + extra) + "0001 61 0001" + noProperties + "79");
        connection.send(PubAck.success(1));
        publish(connection, QoS.EXACTLY_ONCE, "z", "34 0" + (6 + extra) + "0001 61 0002" + noProperties + "7a");
        connection.send(PubRec.success(2));
        connection.expect(PubRel.class);
        expectHex(connection, "62 02 0002");
        connection.send(PubComp.success(2));
        connection.send(new Publish(Message.of("b", QoS.AT_LEAST_ONCE, "x"), 5, false, 0, List.of()));
        connection.expect(PubAck.class);
        expectHex(connection, "40 02 0005");
        connection.send(new Publish(Message.of("b", QoS.EXACTLY_ONCE, "x"), 6, false, 0, List.of()));
        connection.expect(PubRec.class);
        expectHex(connection, "50 02 0006");
        connection.send(PubRel.success(6));
        connection.expect(PubComp.class);
        expectHex(connection, "70 02 0006");
        client.unsubscribe("f");
        connection.expect(Unsubscribe.class);
        expectHex(connection, "a2 0" + (5 + extra) + "0003" + noProperties + "0001 66");
        client.disconnect();
        connection.expect(Disconnect.class);
        expectHex(connection, "e0 00");
    }

    @Clause({"U-3.14.2.1", "U-3.14.2.2", "MQTT-3.14.2-1", "U-3.14.3", "U-1.5.2"})
    @Test
    void aDisconnectWithMoreToSayIsLonger() throws Exception {
        ScriptedPeer.Connection connection = connect(ProtocolVersion.MQTT_5);
        client.disconnect(DisconnectOptions.DEFAULT.withReasonCode(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE));
        connection.expect(Disconnect.class);
        expectHex(connection, "e0 01 04");
        connection = connect(ProtocolVersion.MQTT_5);
        client.disconnect(DisconnectOptions.DEFAULT.withSessionExpirySeconds(0xFFFF_FFFEL));
        connection.expect(Disconnect.class);
        expectHex(connection, "e0 07 00 05 11 fffffffe");
    }

    @Clause({"U-3.14.2.2.2"})
    @Test
    void aSessionThatEndsWithItsConnectionIsNotProlongedAtTheEnd() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        client = client(builder(peer, ProtocolVersion.MQTT_5).sessionExpirySeconds(0));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false);
        get(connected);
        assertThrows(
                IllegalArgumentException.class,
                () -> client.disconnect(DisconnectOptions.DEFAULT.withSessionExpirySeconds(1)));
        client.publish("a", QoS.AT_MOST_ONCE, "marker");
        connection.expect(Publish.class);
        client.disconnect(DisconnectOptions.DEFAULT.withSessionExpirySeconds(0));
        assertEquals(0, connection.expect(Disconnect.class).sessionExpirySeconds());
    }

    @Clause({"U-1.5.2", "U-3.1.2.11", "U-3.1.3.2", "U-3.1.3.2.3", "MQTT-3.1.2-1", "MQTT-3.1.2-9", "MQTT-3.1.3-1"})
    @Test
    void connectSaysEverythingOnceAndInRange() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MessageProperties properties = MessageProperties.builder()
                .payloadFormat(PayloadFormat.UTF_8)
                .messageExpirySeconds(0xFFFF_FFFEL)
                .contentType("t")
                .responseTopic(TopicName.of("r"))
                .correlationData(Payload.of("c"))
                .userProperty("k", "v")
                .userProperty("k", "v")
                .build();
        client = client(builder(peer, ProtocolVersion.MQTT_5)
                .keepAliveSeconds(65_535)
                .sessionExpirySeconds(0xFFFF_FFFEL)
                .limits(ClientLimits.DEFAULT.withReceiveMaximum(65_534).withMaximumPacketSizeBytes(0x0100_0002))
                .topicAliases(0, 65_535)
                .enhancedAuthentication(new Steps())
                .connectUserProperty("a", "b")
                .connectUserProperty("a", "b")
                .will(new Will(Message.of("w", QoS.AT_MOST_ONCE, "\u00e4").withProperties(properties), 0xFFFF_FFFEL)));
        client.connect();
        ScriptedPeer.Connection connection = peer.next();
        connection.expect(Connect.class);
        WirePacket packet = WirePacket.from(connection.bytes(), 0).get(0);
        assertEquals("MQTT", packet.text());
        packet.twoBytes();
        assertEquals(65_535, packet.twoBytes());
        Map<Integer, List<byte[]>> said = packet.properties();
        expectOnceEach(said);
        expectValue(said, 0x11, "fffffffe");
        expectValue(said, 0x21, "fffe");
        expectValue(said, 0x27, "01000002");
        expectValue(said, 0x22, "ffff");
        for (int flag : new int[] {0x17, 0x19}) {
            assertTrue(!said.containsKey(flag) || said.get(flag).get(0)[0] >>> 1 == 0);
        }
        assertEquals("tested", packet.text());
        Map<Integer, List<byte[]>> ofWill = packet.properties();
        expectOnceEach(ofWill);
        expectValue(ofWill, 0x18, "fffffffe");
        expectValue(ofWill, 0x02, "fffffffe");
        expectValue(ofWill, 0x01, "01");
        assertEquals("w", packet.text());
        assertEquals("\u00e4", packet.text());
        assertFalse(packet.hasMore());
    }

    @Clause({"U-3.1.2.11"})
    @Test
    void neitherReceiveMaximumNorMaximumPacketSizeIsEver0() throws Exception {
        assertThrows(IllegalArgumentException.class, () -> ClientLimits.DEFAULT.withMaximumPacketSizeBytes(0));
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        for (int maximum : new int[] {0, 1}) {
            client = client(
                    builder(peer, ProtocolVersion.MQTT_5).limits(ClientLimits.DEFAULT.withReceiveMaximum(maximum)));
            client.connect();
            ScriptedPeer.Connection connection = peer.next();
            connection.expect(Connect.class);
            WirePacket packet = WirePacket.from(connection.bytes(), 0).get(0);
            packet.text();
            packet.twoBytes();
            packet.twoBytes();
            expectValue(packet.properties(), 0x21, maximum == 0 ? "03e8" : "0001");
        }
    }

    private static void expectOnceEach(Map<Integer, List<byte[]>> properties) {
        properties.forEach((identifier, values) ->
                assertEquals(identifier == USER_PROPERTY ? 2 : 1, values.size(), () -> "Property " + identifier));
    }

    private static void expectValue(Map<Integer, List<byte[]>> properties, int identifier, String hex) {
        assertEquals(hex, HexFormat.of().formatHex(properties.get(identifier).get(0)));
    }

    @Clause({"U-3.1.3.2.3"})
    @Test
    void aWillThatIsCalledTextIsText() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MessageProperties text =
                MessageProperties.builder().payloadFormat(PayloadFormat.UTF_8).build();
        Message message = Message.of(TopicName.of("w"), QoS.AT_MOST_ONCE, Payload.wrap(new byte[] {(byte) 0xC3}));
        MqttClientBuilder builder = builder(peer, ProtocolVersion.MQTT_5).will(Will.of(message.withProperties(text)));
        assertThrows(IllegalStateException.class, builder::build);
    }

    @Clause(
            value = {"U-3.13"},
            v311 = {"U-3.13.1"})
    @ParameterizedTest
    @EnumSource
    void aPingRespThatNobodyAskedForChangesNothingAndALongerOneEndsTheConnection(ProtocolVersion version)
            throws Exception {
        ScriptedPeer.Connection connection = connect(version);
        connection.sendHex("d0 00");
        client.publish("a", QoS.AT_MOST_ONCE, "marker");
        connection.expect(Publish.class);
        connection.sendHex("d0 01 00");
        List<Disconnect> farewell =
                version == ProtocolVersion.MQTT_5 ? List.of(Disconnect.of(ReasonCode.MALFORMED_PACKET)) : List.of();
        assertEquals(farewell, connection.untilEnd());
    }

    @Clause(
            value = {"MQTT-1.5.5-1", "U-1.5.5", "U-3.3.2", "U-3.3.3"},
            v311 = {"U-2.2.3", "U-3.3.3"})
    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void aRemainingLengthHasOneToFourBytes(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection connection = connect(version);
        int before = version == ProtocolVersion.MQTT_5 ? 4 : 3;
        for (int remaining : new int[] {before, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152}) {
            int size = remaining - before;
            String payload = "p".repeat(size);
            connection.send(new Publish(Message.of("a", QoS.AT_MOST_ONCE, payload), 0, false, 0, List.of()));
            assertEquals(size, handled.poll(60, TimeUnit.SECONDS));
            client.publish("a", QoS.AT_MOST_ONCE, payload);
            connection.expect(Publish.class);
            byte[] all = connection.bytes();
            WirePacket packet = WirePacket.from(all, seen).get(0);
            assertEquals("a", packet.text());
            int lengthBytes = remaining < 128 ? 1 : remaining < 16_384 ? 2 : remaining < 2_097_152 ? 3 : 4;
            assertEquals(1 + lengthBytes + remaining, all.length - seen);
            seen = all.length;
        }
        // The fifth byte is not waited for.
        connection.sendHex("30 83 80 80 80");
        List<Disconnect> farewell =
                version == ProtocolVersion.MQTT_5 ? List.of(Disconnect.of(ReasonCode.MALFORMED_PACKET)) : List.of();
        assertEquals(farewell, connection.untilEnd());
    }
}
