package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ConnectResult;
import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.PersistenceOptions;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublicationState;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose session it is, what belongs to it, and when it ends. */
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class SessionClausesTest extends PeerTest {

    private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();
    private ScriptedPeer peer;

    private MqttClientBuilder stored(ProtocolVersion version, String identifier) {
        return builder(peer, version)
                .clientIdentifier(identifier)
                .persistence("memory:session-clauses-" + version)
                .onMessage("#", message -> handled.add(message.payload().text()));
    }

    private static Publish publish(String text, int identifier, boolean duplicate) {
        return new Publish(Message.of("t", QoS.EXACTLY_ONCE, text), identifier, duplicate, 0, List.of());
    }

    /** Leaves a message that is in flight, one that is released, and one that was received and not released. */
    private void leaveWork(ProtocolVersion version, String identifier) throws Exception {
        try (MqttClient client = stored(version, identifier).build()) {
            CompletableFuture<?> connected = client.connect();
            ScriptedPeer.Connection connection = peer.next();
            Connect connect = connection.expect(Connect.class);
            assertEquals(identifier, connect.clientIdentifier());
            connection.send(new ConnAck(false, ReasonCode.SUCCESS, ConnAckProperties.NONE));
            get(connected);
            client.publish("a", QoS.EXACTLY_ONCE, "released");
            int released = connection.expect(Publish.class).packetIdentifier();
            connection.send(PubRec.success(released));
            connection.expect(PubRel.class);
            client.publish("a", QoS.AT_LEAST_ONCE, "in flight");
            connection.expect(Publish.class);
            connection.send(publish("received", 7, false));
            connection.expect(PubRec.class);
            assertEquals("received", handled.poll(60, TimeUnit.SECONDS));
        }
    }

    @Clause(
            value = {"MQTT-3.1.3-2", "MQTT-3.1.2-23", "MQTT-4.1.0-1", "U-4.1"},
            v311 = {"MQTT-3.1.3-2", "MQTT-3.1.2-4", "MQTT-4.1.0-1"})
    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void theClientIdentifierSaysWhoseSessionItIs(ProtocolVersion version) throws Exception {
        peer = peer(version);
        leaveWork(version, "one");
        MqttClient other = client(stored(version, "other"));
        CompletableFuture<?> otherConnected = other.connect();
        ScriptedPeer.Connection otherConnection = peer.accept(false);
        get(otherConnected);
        other.publish("a", QoS.AT_MOST_ONCE, "marker");
        assertEquals(
                "marker",
                otherConnection.expect(Publish.class).message().payload().text());
        MqttClient one = client(stored(version, "one"));
        CompletableFuture<ConnectResult> connected = one.connect();
        ScriptedPeer.Connection connection = peer.accept(true);
        assertTrue(get(connected).sessionPresent());
        PubRel released = connection.expect(PubRel.class);
        Publish again = connection.expect(Publish.class);
        assertTrue(again.duplicate());
        assertEquals("in flight", again.message().payload().text());
        connection.send(publish("received", 7, true));
        connection.expect(PubRec.class);
        connection.send(PubRel.success(7));
        connection.expect(PubComp.class);
        connection.send(PubComp.success(released.packetIdentifier()));
        connection.send(PubAck.success(again.packetIdentifier()));
        connection.send(publish("new", 7, false));
        connection.expect(PubRec.class);
        assertEquals("new", handled.poll(60, TimeUnit.SECONDS));
        assertTrue(handled.isEmpty());
    }

    @Clause(
            value = {"MQTT-3.1.2-4", "U-4.1"},
            v311 = {"MQTT-3.1.2-6"})
    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void aCleanStartForgetsTheSessionThatWas(ProtocolVersion version) throws Exception {
        peer = peer(version);
        leaveWork(version, "clean");
        MqttClient client = client(stored(version, "clean").cleanStart(true).lostSession(LostSessionPolicy.FAIL));
        CompletableFuture<ConnectResult> connected = client.connect();
        ScriptedPeer.Connection connection = peer.next();
        assertTrue(connection.expect(Connect.class).cleanStart());
        connection.send(new ConnAck(false, ReasonCode.SUCCESS, ConnAckProperties.NONE));
        get(connected);
        client.publish("a", QoS.AT_LEAST_ONCE, "first of all");
        Publish first = connection.expect(Publish.class);
        assertEquals("first of all", first.message().payload().text());
        assertFalse(first.duplicate());
        // In the session that was, this would be what came before.
        connection.send(publish("received", 7, false));
        connection.expect(PubRec.class);
        assertEquals("received", handled.poll(60, TimeUnit.SECONDS));
    }

    @Clause(v311 = {"MQTT-4.8.0-2"})
    @Test
    void aMessageThatCannotBeStoredEndsTheConnectionAndComesAgain() throws Exception {
        peer = peer(ProtocolVersion.MQTT_3_1_1);
        FaultyStore store = new FaultyStore();
        BlockingQueue<ClientEvent> lost = new LinkedBlockingQueue<>();
        MqttClient client = client(builder(peer, ProtocolVersion.MQTT_3_1_1)
                .persistence(PersistenceOptions.of(store, URI.create("faulty:x")))
                .listener(event -> {
                    if (event instanceof ClientEvent.ConnectionLost) {
                        lost.add(event);
                    }
                })
                .onMessage("#", message -> handled.add(message.payload().text())));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection first = peer.accept(false);
        get(connected);
        get(client.publish("a", QoS.AT_LEAST_ONCE, "stored").stored());
        first.expect(Publish.class);
        store.writes = false;
        first.send(publish("x", 4, false));
        assertEquals(List.of(), first.untilEnd());
        ClientEvent.ConnectionLost event =
                assertInstanceOf(ClientEvent.ConnectionLost.class, lost.poll(60, TimeUnit.SECONDS));
        assertTrue(String.valueOf(event.cause().getMessage()).contains("no space left"), () -> event.toString());
        store.writes = true;
        ScriptedPeer.Connection second = peer.accept(true);
        second.expect(Publish.class);
        second.send(publish("x", 4, true));
        second.expect(PubRec.class);
        assertEquals("x", handled.poll(60, TimeUnit.SECONDS));
        second.send(PubRel.success(4));
        second.expect(PubComp.class);
        assertTrue(handled.isEmpty());
    }

    @Clause(v311 = {"U-3.2.2.2"})
    @Test
    void aSessionThatTheServerHasIsTakenInTheOldVersion() throws Exception {
        peer = peer(ProtocolVersion.MQTT_3_1_1);
        MqttClient client = client(builder(peer, ProtocolVersion.MQTT_3_1_1));
        CompletableFuture<ConnectResult> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(true);
        assertTrue(get(connected).sessionPresent());
        client.publish("a", QoS.AT_MOST_ONCE, "on it goes");
        connection.expect(Publish.class);
    }

    @Clause(value = {"MQTT-3.2.2-5"})
    @Test
    void theApplicationIsToldWhatTheServerForgot() throws Exception {
        peer = peer(ProtocolVersion.MQTT_5);
        MqttClient client = client(builder(peer, ProtocolVersion.MQTT_5).lostSession(LostSessionPolicy.FAIL));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection first = peer.accept(false);
        get(connected);
        Publication inFlight = client.publish("a", QoS.AT_LEAST_ONCE, "x");
        first.expect(Publish.class);
        first.close();
        ScriptedPeer.Connection second = peer.accept(false);
        assertThrows(ExecutionException.class, () -> get(inFlight));
        assertEquals(PublicationState.UNKNOWN, inFlight.state());
        client.publish("a", QoS.AT_MOST_ONCE, "marker");
        assertEquals("marker", second.expect(Publish.class).message().payload().text());
    }
}
