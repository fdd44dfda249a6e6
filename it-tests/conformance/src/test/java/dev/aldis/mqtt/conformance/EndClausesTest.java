package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.RequestException;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.api.SubscribeResult;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The end of a connection, and requests. */
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class EndClausesTest extends PeerTest {

    private MqttClient client;

    private ScriptedPeer.Connection connect(ProtocolVersion version, ConnAckProperties properties) throws Exception {
        ScriptedPeer peer = peer(version);
        client = client(builder(peer, version));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false, properties);
        get(connected);
        return connection;
    }

    @Clause(
            value = {"MQTT-3.14.4-1", "MQTT-3.14.4-2", "MQTT-4.13.2-1"},
            v311 = {"MQTT-3.14.4-1", "MQTT-3.14.4-2", "U-3.14.1"})
    @ParameterizedTest
    @EnumSource
    void nothingFollowsDisconnectButTheEnd(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection connection = connect(version, ConnAckProperties.NONE);
        for (int i = 0; i < 100; i++) {
            client.publish("a", QoS.AT_MOST_ONCE, "before");
        }
        CompletableFuture<Void> disconnected = client.disconnect();
        for (int i = 0; i < 100; i++) {
            client.publish("a", QoS.AT_MOST_ONCE, "after");
        }
        List<ControlPacket> packets = connection.untilEnd();
        assertEquals(PacketType.DISCONNECT, packets.get(packets.size() - 1).type());
        assertEquals(
                1,
                packets.stream()
                        .filter(packet -> packet.type() == PacketType.DISCONNECT)
                        .count());
        get(disconnected);
    }

    @Clause({"U-3.14.4"})
    @Test
    void disconnectOfTheServerIsNotAnswered() throws Exception {
        ScriptedPeer.Connection connection = connect(ProtocolVersion.MQTT_5, ConnAckProperties.NONE);
        connection.send(Disconnect.of(ReasonCode.SERVER_SHUTTING_DOWN));
        assertEquals(List.of(), connection.untilEnd());
    }

    @Clause({"U-3.2.2.3.11", "U-3.2.2.3.12", "U-3.2.2.3.13"})
    @Test
    void subscriptionsThatTheServerDoesNotHaveFailHereAndNeverLeave() throws Exception {
        ServerLimits limits = new ServerLimits(10, 0xFFFF_FFFFL, 0, QoS.EXACTLY_ONCE, true, false, false, false);
        ScriptedPeer.Connection connection = connect(
                ProtocolVersion.MQTT_5,
                new ConnAckProperties(-1, -1, null, limits, null, null, null, Diagnostics.NONE));
        for (String filter : List.of("a/#", "$share/group/a")) {
            CompletableFuture<SubscribeResult> refused = client.subscribe(filter, QoS.AT_MOST_ONCE, message -> {});
            ExecutionException failure = assertThrows(ExecutionException.class, () -> get(refused));
            assertInstanceOf(RequestException.class, failure.getCause());
        }
        client.subscribe("a", QoS.AT_MOST_ONCE, message -> {});
        Subscribe sent = connection.expect(Subscribe.class);
        assertEquals("a", sent.subscriptions().get(0).topicFilter().text());
        assertEquals(0, sent.subscriptionIdentifier());
    }

    @Clause(
            value = {"U-3.9.2", "U-4.13.2"},
            v311 = {"U-3.9.2"})
    @ParameterizedTest
    @EnumSource
    void aRefusedSubscriptionIsAResultAndTheConnectionGoesOn(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection connection = connect(version, ConnAckProperties.NONE);
        CompletableFuture<SubscribeResult> answered = client.subscribe("a", QoS.AT_MOST_ONCE, message -> {});
        Subscribe sent = connection.expect(Subscribe.class);
        boolean old = version == ProtocolVersion.MQTT_3_1;
        ReasonCode code = old ? ReasonCode.SUCCESS : ReasonCode.UNSPECIFIED_ERROR;
        connection.send(new SubAck(sent.packetIdentifier(), List.of(code), Diagnostics.NONE));
        assertEquals(!old, get(answered).isError());
        client.publish("a", QoS.AT_MOST_ONCE, "x");
        connection.expect(Publish.class);
    }

    @Clause(
            value = {"U-4.13.1"},
            v311 = {"MQTT-4.8.0-1"})
    @ParameterizedTest
    @EnumSource
    void aViolationEndsTheConnection(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection connection = connect(version, ConnAckProperties.NONE);
        connection.sendHex("00 00");
        List<ControlPacket> packets = connection.untilEnd();
        if (version == ProtocolVersion.MQTT_5) {
            Disconnect last = assertInstanceOf(Disconnect.class, packets.get(packets.size() - 1));
            assertTrue(last.reasonCode().isError());
        } else {
            assertFalse(packets.stream().anyMatch(packet -> packet.type() == PacketType.DISCONNECT));
        }
    }
}
