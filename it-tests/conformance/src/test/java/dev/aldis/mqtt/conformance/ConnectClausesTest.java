package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PingReq;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class ConnectClausesTest extends PeerTest {

    /** In so long a Keep Alive of a second has ended on the slowest of machines. */
    private static final long ENOUGH_NANOS = TimeUnit.SECONDS.toNanos(60);

    @Clause(
            value = {"MQTT-3.1.0-1", "U-3.1.4"},
            v311 = {"MQTT-3.1.0-1", "U-3.1.4"})
    @ParameterizedTest
    @EnumSource
    void connectComesFirstAndAloneUntilConnAck(ProtocolVersion version) throws Exception {
        ScriptedPeer peer = peer(version);
        MqttClient client = client(builder(peer, version).reconnect(ReconnectPolicy.NEVER));
        CompletableFuture<?> published = client.publish("a", QoS.AT_LEAST_ONCE, "early");
        CompletableFuture<?> refused = client.connect();
        ScriptedPeer.Connection connection = peer.next();
        connection.expect(Connect.class);
        client.publish("a", QoS.AT_MOST_ONCE, "late");
        connection.send(new ConnAck(false, ReasonCode.SERVER_UNAVAILABLE, ConnAckProperties.NONE));
        // All that would have left before CONNACK is there by now.
        assertEquals(List.of(), connection.untilEnd());
        assertThrows(ExecutionException.class, () -> get(refused));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection next = peer.accept(false);
        get(connected);
        for (int i = 0; i < 2; i++) {
            Publish packet = next.expect(Publish.class);
            if (packet.message().qos() == QoS.AT_LEAST_ONCE) {
                next.send(PubAck.success(packet.packetIdentifier()));
            }
        }
        get(published);
    }

    private static ConnAckProperties keepAlive(int seconds) {
        return new ConnAckProperties(-1, seconds, null, ServerLimits.NONE, null, null, null, Diagnostics.NONE);
    }

    @Clause({"MQTT-3.1.2-21", "MQTT-3.2.2-21"})
    @Test
    void keepAliveOfTheServerCountsInsteadOfOurs() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MqttClient client = client(builder(peer, ProtocolVersion.MQTT_5).keepAliveSeconds(60_000));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false, keepAlive(1));
        get(connected);
        connection.expect(PingReq.class);
    }

    @Clause(
            value = {"MQTT-3.1.2-20", "U-3.1.2.10"},
            v311 = {"MQTT-3.1.2-23", "U-3.1.2.10"})
    @ParameterizedTest
    @EnumSource
    void aClientThatOnlyReceivesPingsAndASilentServerIsGivenUp(ProtocolVersion version) throws Exception {
        ScriptedPeer peer = peer(version);
        BlockingQueue<Message> handled = new LinkedBlockingQueue<>();
        MqttClient client = client(
                builder(peer, version).keepAliveSeconds(1).onMessage("#", message -> handled.add(message.message())));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.next();
        connection.expect(Connect.class);
        Publish message = new Publish(Message.of("a", QoS.AT_MOST_ONCE, "x"), 0, false, 0, List.of());
        connection.send(new ConnAck(false, ReasonCode.SUCCESS, ConnAckProperties.NONE), message);
        get(connected);
        Optional<ControlPacket> sent = Optional.empty();
        for (long start = System.nanoTime(); sent.isEmpty() && System.nanoTime() - start < ENOUGH_NANOS; ) {
            sent = connection.nextWithin(Duration.ofMillis(100));
            sendUnlessEnded(connection, message);
        }
        assertInstanceOf(PingReq.class, sent.orElseThrow());
        assertNotNull(handled.poll(60, TimeUnit.SECONDS));
        assertFalse(connection.untilEnd().stream().anyMatch(packet -> !(packet instanceof PingReq)));
    }

    /** Where this machine stalls, the client may have given its server up meanwhile. */
    private static void sendUnlessEnded(ScriptedPeer.Connection connection, ControlPacket packet) {
        try {
            connection.send(packet);
        } catch (IOException ended) {
            return;
        }
    }

    @Clause({"MQTT-3.2.2-4"})
    @Test
    void aSessionThatIsNotOursEndsTheConnection() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MqttClient client = client(builder(peer, ProtocolVersion.MQTT_5));
        CompletableFuture<?> connected = client.connect();
        client.publish("a", QoS.AT_LEAST_ONCE, "x");
        ScriptedPeer.Connection connection = peer.accept(true);
        assertFalse(connection.untilEnd().stream().anyMatch(packet -> packet instanceof Publish));
        assertThrows(ExecutionException.class, () -> get(connected));
    }

    @Clause(
            value = {"U-3.2.0"},
            v311 = {"U-3.2.0"})
    @ParameterizedTest
    @EnumSource
    void aServerThatDoesNotAnswerConnectIsGivenUp(ProtocolVersion version) throws Exception {
        ScriptedPeer peer = peer(version);
        MqttClient client = client(
                builder(peer, version).connectTimeout(Duration.ofSeconds(1)).reconnect(ReconnectPolicy.DEFAULT));
        Attempt attempt = connectWithin(client, peer);
        assertEquals(0, attempt.connection().untilEnd().size());
        assertInstanceOf(ConnectionException.class, failureOf(attempt.connected()));
    }

    @Clause(value = {"MQTT-3.1.2-1"})
    @Test
    void aRefusalFailsTheConnectWithItsReasonCode() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MqttClient client = client(builder(peer, ProtocolVersion.MQTT_5));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.next();
        assertEquals(ProtocolVersion.MQTT_5, connection.expect(Connect.class).version());
        connection.send(new ConnAck(false, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, ConnAckProperties.NONE));
        assertEquals(0, connection.untilEnd().size());
        ExecutionException failure = assertThrows(ExecutionException.class, () -> get(connected));
        ConnectionException cause = assertInstanceOf(ConnectionException.class, failure.getCause());
        assertEquals(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, cause.reasonCode().orElseThrow());
    }

    @Clause(
            value = {"MQTT-3.1.3-3"},
            v311 = {"MQTT-3.1.3-3", "MQTT-3.1.3-7"})
    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void anEmptyClientIdentifierIsThereAndInTheOldVersionAsksForACleanSession(ProtocolVersion version)
            throws Exception {
        ScriptedPeer peer = peer(version);
        MqttClientBuilder nameless = builder(peer, version).clientIdentifier("");
        if (version == ProtocolVersion.MQTT_3_1_1) {
            assertThrows(IllegalStateException.class, nameless::build);
        }
        MqttClient client = client(nameless.cleanStart(true));
        client.connect();
        ScriptedPeer.Connection connection = peer.next();
        connection.expect(Connect.class);
        WirePacket packet = WirePacket.from(connection.bytes(), 0).get(0);
        packet.text();
        packet.oneByte();
        assertEquals(2, packet.oneByte()); // Clean Start, or Clean Session.
        packet.twoBytes();
        if (version == ProtocolVersion.MQTT_5) {
            packet.properties();
        }
        assertEquals("", packet.text());
        assertFalse(packet.hasMore());
    }

    @Clause({"MQTT-3.1.3-2", "MQTT-3.1.3-3"})
    @Test
    void theAssignedClientIdentifierIsUsedFromThenOn() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MqttClient client = client(builder(peer, ProtocolVersion.MQTT_5).clientIdentifier(""));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.next();
        assertEquals("", connection.expect(Connect.class).clientIdentifier());
        connection.send(new ConnAck(
                false,
                ReasonCode.SUCCESS,
                new ConnAckProperties(-1, -1, "given", ServerLimits.NONE, null, null, null, Diagnostics.NONE)));
        get(connected);
        connection.close();
        assertEquals("given", peer.next().expect(Connect.class).clientIdentifier());
    }
}
