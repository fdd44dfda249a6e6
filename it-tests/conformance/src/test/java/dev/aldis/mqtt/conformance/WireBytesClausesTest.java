package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Credentials;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets byte by byte, as they are on the wire, read without the library's decoder. */
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class WireBytesClausesTest extends PeerTest {

    private static final String WIDE = "w\u00fc\ud83d\ude80";

    /** The one packet that came since this position. */
    private static WirePacket only(ScriptedPeer.Connection connection, int start, int first) {
        List<WirePacket> packets = WirePacket.from(connection.bytes(), start);
        assertEquals(1, packets.size());
        assertEquals(first, packets.get(0).first());
        return packets.get(0);
    }

    private static void skipProperties(WirePacket packet, ProtocolVersion version) {
        if (version == ProtocolVersion.MQTT_5) {
            packet.properties();
        }
    }

    private static List<Optional<Credentials>> credentials(ProtocolVersion version) {
        List<Optional<Credentials>> all = new ArrayList<>(List.of(
                Optional.empty(),
                Optional.of(Credentials.ofUserName(WIDE)),
                Optional.of(Credentials.of(WIDE, Payload.of("p"))),
                Optional.of(Credentials.of("", Payload.EMPTY))));
        if (version == ProtocolVersion.MQTT_5) {
            all.add(Optional.of(Credentials.ofPassword(Payload.of("p"))));
            all.add(Optional.of(Credentials.ofPassword(Payload.EMPTY)));
        }
        return all;
    }

    @Clause(
            value = {
                "U-3.1.2.9",
                "MQTT-3.1.2-1",
                "MQTT-3.1.3-3",
                "MQTT-3.1.2-9",
                "MQTT-3.1.2-11",
                "MQTT-3.1.2-12",
                "MQTT-3.1.2-13",
                "MQTT-3.1.2-16",
                "MQTT-3.1.2-17",
                "MQTT-3.1.2-18",
                "MQTT-3.1.2-19",
                "MQTT-3.1.3-1",
                "MQTT-3.1.3-4",
                "MQTT-3.1.3-11",
                "MQTT-3.1.3-12"
            },
            v311 = {
                "MQTT-3.1.2-9",
                "MQTT-3.1.2-11",
                "MQTT-3.1.2-13",
                "MQTT-3.1.2-14",
                "MQTT-3.1.2-15",
                "MQTT-3.1.2-18",
                "MQTT-3.1.2-19",
                "MQTT-3.1.2-20",
                "MQTT-3.1.2-21",
                "MQTT-3.1.2-22",
                "MQTT-3.1.3-1",
                "MQTT-3.1.3-3",
                "MQTT-3.1.3-4",
                "MQTT-3.1.3-10",
                "MQTT-3.1.3-11"
            })
    @ParameterizedTest
    @EnumSource
    void connectHoldsWhatItsFlagsSayInTheRightOrder(ProtocolVersion version) throws Exception {
        ScriptedPeer peer = peer(version);
        for (Optional<Credentials> credentials : credentials(version)) {
            checkConnect(peer, version, credentials, Optional.empty());
            for (QoS qos : QoS.values()) {
                String text = qos == QoS.EXACTLY_ONCE ? "" : "gone";
                Message message = Message.of(WIDE, qos, text).withRetain(qos == QoS.AT_LEAST_ONCE);
                checkConnect(peer, version, credentials, Optional.of(message));
            }
        }
    }

    private void checkConnect(
            ScriptedPeer peer, ProtocolVersion version, Optional<Credentials> credentials, Optional<Message> will)
            throws Exception {
        MqttClientBuilder builder = builder(peer, version).clientIdentifier(WIDE);
        credentials.ifPresent(builder::credentials);
        will.ifPresent(message -> builder.will(Will.of(message)));
        try (MqttClient client = builder.build()) {
            client.connect();
            ScriptedPeer.Connection connection = peer.next();
            connection.expect(Connect.class);
            WirePacket packet = only(connection, 0, 0x10);
            assertEquals(version == ProtocolVersion.MQTT_3_1 ? "MQIsdp" : "MQTT", packet.text());
            assertEquals(List.of("MQTT_3_1", "MQTT_3_1_1", "MQTT_5").indexOf(version.name()) + 3, packet.oneByte());
            int flags = packet.oneByte();
            packet.twoBytes();
            skipProperties(packet, version);
            assertEquals(WIDE, packet.text());
            assertEquals(will.isPresent(), (flags & 0x04) != 0);
            assertEquals(will.map(message -> message.qos().level()).orElse(0), (flags & 0x18) >> 3);
            assertEquals(will.map(Message::retain).orElse(false), (flags & 0x20) != 0);
            if (will.isPresent()) {
                skipProperties(packet, version);
                assertEquals(WIDE, packet.text());
                assertEquals(will.get().payload().text(), packet.text());
            }
            boolean name = credentials.flatMap(Credentials::userName).isPresent();
            boolean password = credentials.flatMap(Credentials::password).isPresent();
            assertEquals(name, (flags & 0x80) != 0);
            assertEquals(password, (flags & 0x40) != 0);
            if (name) {
                assertEquals(credentials.get().userName().get(), packet.text());
            }
            if (password) {
                assertEquals(credentials.get().password().get().text(), packet.text());
            }
            assertFalse(packet.hasMore());
            connection.close();
        }
    }

    @Clause(
            value = {
                "MQTT-3.8.1-1",
                "MQTT-3.8.3-1",
                "MQTT-3.8.3-2",
                "MQTT-3.8.3-5",
                "MQTT-3.10.1-1",
                "MQTT-3.10.3-1",
                "MQTT-3.10.3-2"
            },
            v311 = {
                "MQTT-3.8.1-1",
                "MQTT-3.8.3-1",
                "MQTT-3.8.3-3",
                "MQTT-3.8.3-4",
                "MQTT-3.10.1-1",
                "MQTT-3.10.3-1",
                "MQTT-3.10.3-2"
            })
    @ParameterizedTest
    @EnumSource
    void subscribeAndUnsubscribeHoldTheirFilters(ProtocolVersion version) throws Exception {
        ScriptedPeer peer = peer(version);
        MqttClient client = client(builder(peer, version));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false);
        get(connected);
        int before = connection.bytes().length;
        client.subscribe(WIDE + "/+", QoS.EXACTLY_ONCE, message -> {});
        connection.expect(Subscribe.class);
        WirePacket subscribe = only(connection, before, 0x82);
        before = connection.bytes().length;
        assertTrue(subscribe.twoBytes() != 0);
        skipProperties(subscribe, version);
        assertEquals(WIDE + "/+", subscribe.text());
        assertEquals(QoS.EXACTLY_ONCE.level(), subscribe.oneByte());
        assertFalse(subscribe.hasMore());
        client.unsubscribe(WIDE + "/+");
        connection.expect(Unsubscribe.class);
        WirePacket unsubscribe = only(connection, before, 0xA2);
        assertTrue(unsubscribe.twoBytes() != 0);
        skipProperties(unsubscribe, version);
        assertEquals(WIDE + "/+", unsubscribe.text());
        assertFalse(unsubscribe.hasMore());
    }

    /** What the client has sent since it sent so many bytes. */
    private static String hexSince(ScriptedPeer.Connection connection, int start) {
        byte[] all = connection.bytes();
        return HexFormat.of().formatHex(Arrays.copyOfRange(all, start, all.length));
    }

    @Clause(v311 = {"MQTT-7.0.0-2"})
    @Test
    void aServerThatKnowsTheStandardAndNothingElseIsEnough() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_3_1_1);
        BlockingQueue<String> handled = new LinkedBlockingQueue<>();
        MqttClient client = client(MqttClient.builder()
                .server(peer.uri())
                .clientIdentifier("c")
                .keepAliveSeconds(60)
                .protocolVersion(ProtocolVersion.MQTT_3_1_1));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.next();
        connection.expect(Connect.class);
        assertEquals("100d" + "00044d515454" + "04" + "00" + "003c" + "000163", hexSince(connection, 0));
        connection.sendHex("20 02 00 00");
        get(connected);
        int start = connection.bytes().length;
        CompletableFuture<?> subscribed = client.subscribe(
                "a/+",
                QoS.EXACTLY_ONCE,
                message -> handled.add(message.payload().text()));
        connection.expect(Subscribe.class);
        assertEquals("8208" + "0001" + "0003612f2b" + "02", hexSince(connection, start));
        connection.sendHex("90 03 0001 02");
        get(subscribed);
        start = connection.bytes().length;
        connection.sendHex("34 08 0003 612f62 0007 79");
        connection.expect(PubRec.class);
        connection.sendHex("62 02 0007");
        connection.expect(PubComp.class);
        assertEquals("y", handled.poll(60, TimeUnit.SECONDS));
        assertEquals("50020007" + "70020007", hexSince(connection, start));
        start = connection.bytes().length;
        Publication published = client.publish("a/b", QoS.EXACTLY_ONCE, "z");
        connection.expect(Publish.class);
        connection.sendHex("50 02 0002");
        connection.expect(PubRel.class);
        connection.sendHex("70 02 0002");
        get(published);
        assertEquals("3408" + "0003612f62" + "0002" + "7a" + "62020002", hexSince(connection, start));
        start = connection.bytes().length;
        CompletableFuture<?> unsubscribed = client.unsubscribe("a/+");
        connection.expect(Unsubscribe.class);
        assertEquals("a207" + "0003" + "0003612f2b", hexSince(connection, start));
        connection.sendHex("b0 02 0003");
        get(unsubscribed);
        start = connection.bytes().length;
        client.disconnect();
        assertEquals(1, connection.untilEnd().size());
        assertEquals("e000", hexSince(connection, start));
    }
}
