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
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets byte by byte, as they are on the wire, read without the library's decoder. */
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class WireBytesClausesTest extends PeerTest {

    private static final String WIDE = "w\u00fc\ud83d\ude80";

    /** The bytes of a packet behind its fixed header, whose first byte has to be this. */
    private static ByteBuffer body(byte[] packet, int first) {
        ByteBuffer buffer = ByteBuffer.wrap(packet);
        assertEquals(first, buffer.get() & 0xFF);
        int length = variableByteInteger(buffer);
        return buffer.slice(buffer.position(), length);
    }

    private static int variableByteInteger(ByteBuffer buffer) {
        int value = 0;
        for (int shift = 0; ; shift += 7) {
            int next = buffer.get();
            value |= (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static String text(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.getShort() & 0xFFFF];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void skipProperties(ByteBuffer buffer, ProtocolVersion version) {
        if (version == ProtocolVersion.MQTT_5) {
            int length = variableByteInteger(buffer);
            buffer.position(buffer.position() + length);
        }
    }

    private static List<Optional<Credentials>> credentials(ProtocolVersion version) {
        List<Optional<Credentials>> all = new ArrayList<>(List.of(
                Optional.empty(),
                Optional.of(Credentials.ofUserName(WIDE)),
                Optional.of(Credentials.of(WIDE, Payload.of("p")))));
        if (version == ProtocolVersion.MQTT_5) {
            all.add(Optional.of(Credentials.ofPassword(Payload.of("p"))));
        }
        return all;
    }

    @Clause(
            value = {
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
                Message message = Message.of(WIDE, qos, "gone").withRetain(qos == QoS.AT_LEAST_ONCE);
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
            ByteBuffer packet = body(connection.bytes(), 0x10);
            assertEquals(version.protocolName(), text(packet));
            assertEquals(version.level(), packet.get());
            int flags = packet.get() & 0xFF;
            packet.getShort();
            skipProperties(packet, version);
            assertEquals(WIDE, text(packet));
            assertEquals(will.isPresent(), (flags & 0x04) != 0);
            assertEquals(will.map(message -> message.qos().level()).orElse(0), (flags & 0x18) >> 3);
            assertEquals(will.map(Message::retain).orElse(false), (flags & 0x20) != 0);
            if (will.isPresent()) {
                skipProperties(packet, version);
                assertEquals(WIDE, text(packet));
                assertEquals("gone", text(packet));
            }
            boolean name = credentials.flatMap(Credentials::userName).isPresent();
            boolean password = credentials.flatMap(Credentials::password).isPresent();
            assertEquals(name, (flags & 0x80) != 0);
            assertEquals(password, (flags & 0x40) != 0);
            if (name) {
                assertEquals(WIDE, text(packet));
            }
            if (password) {
                assertEquals("p", text(packet));
            }
            assertFalse(packet.hasRemaining());
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
        byte[] all = connection.bytes();
        ByteBuffer subscribe = body(Arrays.copyOfRange(all, before, all.length), 0x82);
        assertTrue(subscribe.getShort() != 0);
        skipProperties(subscribe, version);
        assertEquals(WIDE + "/+", text(subscribe));
        assertEquals(QoS.EXACTLY_ONCE.level(), subscribe.get());
        assertFalse(subscribe.hasRemaining());
        client.unsubscribe(WIDE + "/+");
        connection.expect(Unsubscribe.class);
        byte[] more = connection.bytes();
        ByteBuffer unsubscribe = body(Arrays.copyOfRange(more, all.length, more.length), 0xA2);
        assertTrue(unsubscribe.getShort() != 0);
        skipProperties(unsubscribe, version);
        assertEquals(WIDE + "/+", text(unsubscribe));
        assertFalse(unsubscribe.hasRemaining());
    }
}
