package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Enhanced authentication (section 4.12). */
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class AuthenticationClausesTest extends PeerTest {

    private static final int METHOD = 0x15;
    private static final int DATA = 0x16;

    private final Steps steps = new Steps();
    private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();
    private MqttClient client;

    private ScriptedPeer.Connection connect() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        client = client(builder(peer, ProtocolVersion.MQTT_5)
                .enhancedAuthentication(steps)
                .reconnect(ReconnectPolicy.NEVER)
                .onMessage("#", message -> handled.add(message.payload().text())));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false, Steps.connAck(ServerLimits.NONE));
        get(connected);
        return connection;
    }

    private static void expectAuth(ScriptedPeer.Connection connection, ReasonCode code, String data) throws Exception {
        assertEquals(Steps.auth(code, data), connection.expect(Auth.class));
    }

    @Clause({"MQTT-3.1.2-30", "MQTT-3.15.2-1", "MQTT-4.12.0-3", "MQTT-4.12.0-5", "U-3.15", "U-4.12", "MQTT-3.1.0-1"})
    @Test
    void untilConnAckThereIsNothingButAuth() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MqttClient client =
                client(builder(peer, ProtocolVersion.MQTT_5).keepAliveSeconds(1).enhancedAuthentication(steps));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.next();
        assertEquals(
                Steps.exchange("first"),
                connection.expect(Connect.class).properties().authentication());
        client.publish("a", QoS.AT_MOST_ONCE, "0");
        client.publish("a", QoS.AT_LEAST_ONCE, "1");
        assertThrows(ExecutionException.class, () -> get(client.subscribe("a", QoS.AT_MOST_ONCE, message -> {})));
        CompletableFuture<Optional<Payload>> late = new CompletableFuture<>();
        steps.next = late;
        connection.send(Steps.auth(ReasonCode.CONTINUE_AUTHENTICATION, "?"));
        // Longer than the Keep Alive: a ping would be due.
        late.completeOnTimeout(Optional.of(Payload.of("late")), 1_200, TimeUnit.MILLISECONDS);
        expectAuth(connection, ReasonCode.CONTINUE_AUTHENTICATION, "late");
        steps.next = CompletableFuture.completedFuture(Optional.empty());
        connection.send(Steps.auth(ReasonCode.CONTINUE_AUTHENTICATION, null));
        expectAuth(connection, ReasonCode.CONTINUE_AUTHENTICATION, null);
        assertFalse(connected.isDone());
        connection.send(new ConnAck(false, ReasonCode.SUCCESS, Steps.connAck(ServerLimits.NONE)));
        get(connected);
        assertEquals("0", connection.expect(Publish.class).message().payload().text());
        assertEquals("1", connection.expect(Publish.class).message().payload().text());
    }

    @Clause({"MQTT-4.12.1-1", "MQTT-4.12.0-3", "MQTT-4.12.0-5", "MQTT-3.15.2-1", "U-4.12.1", "U-3.15"})
    @Test
    void authenticatingAgainHasTheMethodOfConnectAndHoldsNothingUp() throws Exception {
        ScriptedPeer.Connection connection = connect();
        CompletableFuture<Diagnostics> again = client.reauthenticate();
        expectAuth(connection, ReasonCode.RE_AUTHENTICATE, "first");
        for (int i = 0; i < 2; i++) {
            get(client.publish("a", QoS.AT_MOST_ONCE, "out"));
            connection.expect(Publish.class);
            connection.send(new Publish(Message.of("b", QoS.AT_MOST_ONCE, "in"), 0, false, 0, List.of()));
            assertEquals("in", handled.poll(60, TimeUnit.SECONDS));
            connection.send(Steps.auth(ReasonCode.CONTINUE_AUTHENTICATION, "?"));
            expectAuth(connection, ReasonCode.CONTINUE_AUTHENTICATION, "next");
        }
        assertFalse(again.isDone());
        Diagnostics words = Diagnostics.of("welcome", List.of());
        connection.send(new Auth(ReasonCode.SUCCESS, Steps.exchange(null), words));
        assertEquals(words, get(again));
        CompletableFuture<Diagnostics> atOnce = client.reauthenticate();
        expectAuth(connection, ReasonCode.RE_AUTHENTICATE, "first");
        connection.send(Steps.auth(ReasonCode.SUCCESS, null));
        get(atOnce);
    }

    private static void expectEndByDisconnect(ScriptedPeer.Connection connection) throws Exception {
        List<ControlPacket> packets = connection.untilEnd();
        assertEquals(1, packets.size(), packets::toString);
        assertTrue(
                assertInstanceOf(Disconnect.class, packets.get(0)).reasonCode().isError());
    }

    @Clause({"MQTT-4.12.1-2", "MQTT-4.13.2-1", "MQTT-3.14.4-2"})
    @Test
    void aFailureOfTheMethodEndsTheConnectionBehindDisconnect() throws Exception {
        ScriptedPeer.Connection connection = connect();
        steps.next = CompletableFuture.failedFuture(new IllegalStateException("no answer"));
        CompletableFuture<?> again = client.reauthenticate();
        connection.expect(Auth.class);
        connection.send(Steps.auth(ReasonCode.CONTINUE_AUTHENTICATION, "?"));
        expectEndByDisconnect(connection);
        assertThrows(ExecutionException.class, () -> get(again));
    }

    @Clause({"MQTT-4.12.1-2"})
    @Test
    void aServerThatDoesNotProveItselfIsLeftBehindDisconnect() throws Exception {
        ScriptedPeer.Connection connection = connect();
        steps.serverIsTrue = false;
        CompletableFuture<?> again = client.reauthenticate();
        connection.expect(Auth.class);
        connection.send(Steps.auth(ReasonCode.SUCCESS, "I am it"));
        expectEndByDisconnect(connection);
        assertThrows(ExecutionException.class, () -> get(again));
    }

    @Clause({"MQTT-4.12.1-2", "MQTT-4.13.2-1"})
    @Test
    void aServerThatRefusesToAuthenticateAgainEndsTheConnection() throws Exception {
        ScriptedPeer.Connection connection = connect();
        CompletableFuture<?> again = client.reauthenticate();
        connection.expect(Auth.class);
        connection.send(Disconnect.of(ReasonCode.NOT_AUTHORIZED));
        assertEquals(List.of(), connection.untilEnd());
        ExecutionException failure = assertThrows(ExecutionException.class, () -> get(again));
        ConnectionException cause = assertInstanceOf(ConnectionException.class, failure.getCause());
        assertEquals(ReasonCode.NOT_AUTHORIZED, cause.reasonCode().orElseThrow());
    }

    @Clause({"MQTT-4.12.0-5"})
    @Test
    void anotherMethodOfTheServerIsRefused() throws Exception {
        ScriptedPeer.Connection connection = connect();
        client.reauthenticate();
        connection.expect(Auth.class);
        connection.send(new Auth(
                ReasonCode.CONTINUE_AUTHENTICATION, new AuthenticationExchange("OTHER", null), Diagnostics.NONE));
        List<ControlPacket> packets = connection.untilEnd();
        assertEquals(List.of(Disconnect.of(ReasonCode.PROTOCOL_ERROR)), packets);
    }

    private Map<Integer, List<byte[]>> connectProperties(Optional<Steps> authentication) throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        var builder = builder(peer, ProtocolVersion.MQTT_5);
        authentication.ifPresent(builder::enhancedAuthentication);
        client = client(builder);
        client.connect();
        ScriptedPeer.Connection connection = peer.next();
        connection.expect(Connect.class);
        WirePacket packet = WirePacket.from(connection.bytes(), 0).get(0);
        packet.text(); // Protocol Name, level, flags, Keep Alive.
        packet.twoBytes();
        packet.twoBytes();
        return packet.properties();
    }

    @Clause({"U-3.1.2.11.10"})
    @Test
    void dataStandOnlyBesideAMethod() throws Exception {
        Map<Integer, List<byte[]>> without = connectProperties(Optional.empty());
        assertFalse(without.containsKey(METHOD) || without.containsKey(DATA));
        Map<Integer, List<byte[]>> both = connectProperties(Optional.of(steps));
        assertTrue(both.containsKey(METHOD) && both.containsKey(DATA));
        steps.first = Optional.empty();
        Map<Integer, List<byte[]>> methodOnly = connectProperties(Optional.of(steps));
        assertTrue(methodOnly.containsKey(METHOD) && !methodOnly.containsKey(DATA));
    }

    @Clause({"MQTT-4.12.0-7", "U-3.15"})
    @Test
    void withoutAMethodThereIsNoAuth() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        client = client(builder(peer, ProtocolVersion.MQTT_5).reconnect(ReconnectPolicy.NEVER));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false);
        get(connected);
        assertThrows(IllegalStateException.class, client::reauthenticate);
        client.publish("a", QoS.AT_MOST_ONCE, "marker");
        connection.expect(Publish.class);
        connection.send(Steps.auth(ReasonCode.CONTINUE_AUTHENTICATION, "?"));
        assertEquals(List.of(Disconnect.of(ReasonCode.PROTOCOL_ERROR)), connection.untilEnd());
    }
}
