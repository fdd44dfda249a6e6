package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.ClientState;
import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ProtocolViolationException;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that are slow, wrong, or no MQTT servers: a prompt and clear error, and the client stays usable. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class BadServerTest {

    private final ClientFixture fixture = new ClientFixture();

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    private static String message(Throwable failure) {
        return String.valueOf(failure.getMessage());
    }

    @Test
    void connackThatNeverComesEndsTheAttempt() throws Exception {
        MqttClient client = fixture.client(fixture.builder().connectTimeout(Duration.ofMillis(1_500)));
        CompletableFuture<?> connect;
        Link link;
        ControlPacket first;
        do {
            connect = client.connect();
            link = fixture.server.nextLink();
            first = link.poll(connect);
            // Where the machine stands still for that long, the time is over before anything is sent.
        } while (first == null);
        assertInstanceOf(Connect.class, first);
        Throwable failure = ClientFixture.failure(connect);
        assertInstanceOf(ConnectionException.class, failure);
        assertTrue(message(failure).contains("no CONNACK within"), failure.toString());
        assertTrue(link.endedByClient);
        assertEquals(ClientState.DISCONNECTED, client.state());
    }

    @Test
    void transportThatNeverConnectsEndsTheAttempt() throws Exception {
        fixture.server.accept(false);
        MqttClient client = fixture.client(fixture.builder().connectTimeout(Duration.ofMillis(200)));
        Throwable failure = ClientFixture.failure(client.connect());
        assertTrue(message(failure).contains("no connection within"), failure.toString());
    }

    @Test
    void peerThatIsNoMqttServerIsNamed() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        link.sendBytes(ByteBuffer.wrap("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        assertInstanceOf(ProtocolViolationException.class, ClientFixture.failure(connect));
        assertTrue(link.endedByClient);
    }

    @ParameterizedTest
    @EnumSource(
            value = ReasonCode.class,
            names = {"BAD_USER_NAME_OR_PASSWORD", "NOT_AUTHORIZED", "SERVER_UNAVAILABLE", "CLIENT_IDENTIFIER_NOT_VALID"
            })
    void refusalCarriesItsReasonCode(ReasonCode code) throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        link.send(new ConnAck(false, code, ConnAckProperties.NONE));
        Throwable failure = ClientFixture.failure(connect);
        assertEquals(
                code,
                assertInstanceOf(ConnectionException.class, failure)
                        .reasonCode()
                        .orElseThrow());
    }

    @Test
    void malformedPacketIsAnsweredWithDisconnectAndAnEvent() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        link.sendBytes(ByteBuffer.wrap(new byte[] {(byte) 0x41, 2, 0, 1}));
        assertEquals(ReasonCode.MALFORMED_PACKET, link.expect(Disconnect.class).reasonCode());
        Throwable cause = fixture.await(ClientEvent.ConnectionLost.class).cause();
        assertInstanceOf(ProtocolViolationException.class, cause);
        assertTrue(fixture.server.acceptNext(true) != link);
    }

    @Test
    void packetOverTheLimitIsRefusedOnItsHeader() throws Exception {
        MqttClient client =
                fixture.client(fixture.builder().limits(ClientLimits.DEFAULT.withMaximumPacketSizeBytes(100)));
        Link link = fixture.connected(client);
        link.sendBytes(ByteBuffer.wrap(new byte[] {0x30, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F}));
        assertEquals(ReasonCode.PACKET_TOO_LARGE, link.expect(Disconnect.class).reasonCode());
    }

    @Test
    void acknowledgementOfSomethingNeverSentIsIgnoredOrRefusedButHarmsNothing() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        link.send(PubAck.success(4711));
        CompletableFuture<?> publication = client.publish("a", QoS.AT_LEAST_ONCE, "x");
        link.send(PubAck.success(link.expect(Publish.class).packetIdentifier()));
        ClientFixture.get(publication);
    }

    @Test
    void moreMessagesThanTheReceiveMaximumEndTheConnection() throws Exception {
        CompletableFuture<Void> mayReturn = new CompletableFuture<>();
        MqttClient client = fixture.client(fixture.builder()
                .limits(ClientLimits.DEFAULT.withReceiveMaximum(2))
                .onMessage("#", message -> mayReturn.join()));
        Link link = fixture.connected(client);
        for (int identifier = 1; identifier <= 3; identifier++) {
            link.send(new Publish(Message.of("a", QoS.AT_LEAST_ONCE, "x"), identifier, false, 0, List.of()));
        }
        assertEquals(
                ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                link.expect(Disconnect.class).reasonCode());
        mayReturn.complete(null);
    }

    @Test
    void aReceiveMaximumThatNobodySetIsNotInsistedOn() throws Exception {
        CompletableFuture<Void> mayReturn = new CompletableFuture<>();
        MqttClient client = fixture.client(fixture.builder().onMessage("#", message -> mayReturn.join()));
        CompletableFuture<?> connecting = client.connect();
        Link link = fixture.server.nextLink();
        int asked = link.expect(Connect.class).properties().receiveMaximum();
        assertEquals(1_000, asked);
        link.send(new ConnAck(false, ReasonCode.SUCCESS, ConnAckProperties.NONE));
        ClientFixture.get(connecting);
        for (int identifier = 1; identifier <= asked + 500; identifier++) {
            link.send(new Publish(Message.of("a", QoS.AT_LEAST_ONCE, "x"), identifier, false, 0, List.of()));
        }
        mayReturn.complete(null);
        for (int identifier = 1; identifier <= asked + 500; identifier++) {
            assertEquals(identifier, link.expect(PubAck.class).packetIdentifier());
        }
    }

    @Test
    void unexpectedSessionIsRefused() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.acceptNext(true);
        Throwable failure = ClientFixture.failure(connect);
        assertTrue(message(failure).contains("[MQTT-3.2.2-4]"), failure.toString());
        assertTrue(link.endedByClient);
    }

    @Test
    void takenOverSessionIsNotFoughtFor() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        link.send(new Disconnect(ReasonCode.SESSION_TAKEN_OVER, -1, null, Diagnostics.NONE));
        Throwable cause = fixture.await(ClientEvent.Stopped.class).cause();
        assertEquals(
                ReasonCode.SESSION_TAKEN_OVER,
                assertInstanceOf(ConnectionException.class, cause).reasonCode().orElseThrow());
        assertEquals(ClientState.DISCONNECTED, client.state());
    }

    @Test
    void before5NothingIsSaidToAServerThatBreaksTheRules() throws Exception {
        ScriptedServer server = new ScriptedServer(ProtocolVersion.MQTT_3_1_1);
        try (ClientFixture old = new ClientFixture(server)) {
            MqttClient client = old.client(old.builder().protocolVersion(ProtocolVersion.MQTT_3_1_1));
            CompletableFuture<?> connect = client.connect();
            Link link = server.acceptNext(false);
            ClientFixture.get(connect);
            link.sendBytes(ByteBuffer.wrap(new byte[] {(byte) 0x41, 2, 0, 1}));
            old.await(ClientEvent.ConnectionLost.class);
            assertEquals(null, link.poll());
        }
    }
}
