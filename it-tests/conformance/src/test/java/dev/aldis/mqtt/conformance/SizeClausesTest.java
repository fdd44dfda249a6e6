package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.DisconnectOptions;
import dev.aldis.mqtt.api.ManualHandler;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReceiveOptions;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.RequestException;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.api.UserProperty;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Maximum Packet Size of the server: what is left out, and what never leaves. */
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class SizeClausesTest extends PeerTest {

    private static final long ANY = 0xFFFF_FFFFL;
    private static final List<UserProperty> LONG = List.of(new UserProperty("key", "v".repeat(100)));
    private static final Diagnostics WORDS = Diagnostics.of("short", LONG);
    private static final Diagnostics MANY_WORDS = Diagnostics.of("w".repeat(100), LONG);

    private final Steps steps = new Steps();
    private Diagnostics refusal = Diagnostics.NONE;
    private MqttClient client;

    private ScriptedPeer.Connection connect(long maximumPacketSizeBytes) throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        client = client(builder(peer, ProtocolVersion.MQTT_5)
                .enhancedAuthentication(steps)
                .reconnect(ReconnectPolicy.NEVER)
                .receive(ReceiveOptions.DEFAULT.withRefusal(true))
                .onMessage("refused", (ManualHandler) delivery -> delivery.refuse(ReasonCode.NOT_AUTHORIZED, refusal))
                .onMessage("taken", message -> {}));
        CompletableFuture<?> connected = client.connect();
        ServerLimits limits = new ServerLimits(10, maximumPacketSizeBytes, 0, QoS.EXACTLY_ONCE, true, true, true, true);
        ScriptedPeer.Connection connection = peer.accept(false, Steps.connAck(limits));
        get(connected);
        return connection;
    }

    private static Publish publish(String topic, QoS qos, int identifier) {
        return new Publish(Message.of(topic, qos, "x"), identifier, false, 0, List.of());
    }

    @Clause({"MQTT-3.4.2-2", "MQTT-3.4.2-3", "MQTT-3.5.2-2", "MQTT-3.5.2-3"})
    @Test
    void aRefusalLeavesItsWordsOutWhereTheyDoNotFit() throws Exception {
        for (boolean fits : new boolean[] {true, false}) {
            ScriptedPeer.Connection connection = connect(fits ? ANY : 30);
            for (Diagnostics words : List.of(Diagnostics.of(null, LONG), Diagnostics.of("w".repeat(100), List.of()))) {
                refusal = words;
                Diagnostics said = fits ? words : Diagnostics.NONE;
                connection.send(publish("refused", QoS.AT_LEAST_ONCE, 1));
                assertEquals(new PubAck(1, ReasonCode.NOT_AUTHORIZED, said), connection.expect(PubAck.class));
                connection.send(publish("refused", QoS.EXACTLY_ONCE, 2));
                assertEquals(new PubRec(2, ReasonCode.NOT_AUTHORIZED, said), connection.expect(PubRec.class));
            }
        }
    }

    @Clause({"U-3.6.2.1", "MQTT-3.6.2-1", "MQTT-3.7.2-1", "MQTT-3.6.2-2", "MQTT-3.6.2-3", "MQTT-3.7.2-2", "MQTT-3.7.2-3"
    })
    @ParameterizedTest
    @ValueSource(longs = {30, ANY})
    void pubRelAndPubCompNeverHaveWords(long maximumPacketSizeBytes) throws Exception {
        ScriptedPeer.Connection connection = connect(maximumPacketSizeBytes);
        client.publish("a", QoS.EXACTLY_ONCE, "x");
        int identifier = connection.expect(Publish.class).packetIdentifier();
        connection.send(new PubRec(identifier, ReasonCode.SUCCESS, MANY_WORDS));
        assertEquals(PubRel.success(identifier), connection.expect(PubRel.class));
        connection.send(new PubRec(77, ReasonCode.SUCCESS, MANY_WORDS));
        assertEquals(
                new PubRel(77, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Diagnostics.NONE),
                connection.expect(PubRel.class));
        connection.send(publish("taken", QoS.EXACTLY_ONCE, 3));
        connection.expect(PubRec.class);
        connection.send(new PubRel(3, ReasonCode.SUCCESS, MANY_WORDS));
        assertEquals(PubComp.success(3), connection.expect(PubComp.class));
        connection.send(new PubRel(78, ReasonCode.SUCCESS, MANY_WORDS));
        assertEquals(
                new PubComp(78, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Diagnostics.NONE),
                connection.expect(PubComp.class));
    }

    private Disconnect disconnect(long maximumPacketSizeBytes, Diagnostics words) throws Exception {
        ScriptedPeer.Connection connection = connect(maximumPacketSizeBytes);
        client.disconnect(DisconnectOptions.DEFAULT
                .withReasonCode(ReasonCode.ADMINISTRATIVE_ACTION)
                .withDiagnostics(words));
        Disconnect packet = connection.expect(Disconnect.class);
        assertEquals(ReasonCode.ADMINISTRATIVE_ACTION, packet.reasonCode());
        return packet;
    }

    @Clause({"MQTT-3.14.2-3", "MQTT-3.14.2-4"})
    @Test
    void disconnectLeavesItsWordsOutWhereTheyDoNotFit() throws Exception {
        assertEquals(MANY_WORDS, disconnect(ANY, MANY_WORDS).diagnostics());
        assertEquals(Diagnostics.of("short", List.of()), disconnect(30, WORDS).diagnostics());
        assertEquals(Diagnostics.NONE, disconnect(30, MANY_WORDS).diagnostics());
    }

    @Clause({"MQTT-3.15.2-2", "MQTT-3.15.2-3"})
    @ParameterizedTest
    @ValueSource(longs = {30, ANY})
    void authNeverHasWords(long maximumPacketSizeBytes) throws Exception {
        ScriptedPeer.Connection connection = connect(maximumPacketSizeBytes);
        client.reauthenticate();
        assertEquals(Diagnostics.NONE, connection.expect(Auth.class).diagnostics());
        connection.send(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, Steps.exchange("?"), MANY_WORDS));
        assertEquals(Diagnostics.NONE, connection.expect(Auth.class).diagnostics());
    }

    @Clause({"MQTT-3.2.2-15"})
    @Test
    void anAuthThatIsTooLargeEndsTheAuthenticationInstead() throws Exception {
        ScriptedPeer.Connection connection = connect(30);
        steps.first = Optional.of(Payload.of("f".repeat(30)));
        assertThrows(ExecutionException.class, () -> get(client.reauthenticate()));
        List<ControlPacket> packets = connection.untilEnd();
        assertEquals(1, packets.size(), packets::toString);
        assertInstanceOf(Disconnect.class, packets.get(0));
        ScriptedPeer.Connection other = connect(30);
        steps.first = Optional.empty();
        steps.next = CompletableFuture.completedFuture(Optional.of(Payload.of("n".repeat(30))));
        CompletableFuture<?> again = client.reauthenticate();
        other.expect(Auth.class);
        other.send(Steps.auth(ReasonCode.CONTINUE_AUTHENTICATION, "?"));
        List<ControlPacket> rest = other.untilEnd();
        assertEquals(1, rest.size(), rest::toString);
        assertInstanceOf(Disconnect.class, rest.get(0));
        assertThrows(ExecutionException.class, () -> get(again));
    }

    @Clause({"U-2.1.4"})
    @Test
    void whatHasOurMaximumSizeIsTakenAndOneByteMoreEndsTheConnection() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        BlockingQueue<Integer> taken = new LinkedBlockingQueue<>();
        client = client(builder(peer, ProtocolVersion.MQTT_5)
                .limits(ClientLimits.DEFAULT.withMaximumPacketSizeBytes(200))
                .reconnect(ReconnectPolicy.NEVER)
                .onMessage("#", message -> taken.add(message.payload().sizeBytes())));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false);
        get(connected);
        // Fixed header 3, topic 3, properties 1: 193 bytes are left.
        connection.send(new Publish(Message.of("a", QoS.AT_MOST_ONCE, "p".repeat(193)), 0, false, 0, List.of()));
        assertEquals(193, taken.poll(60, TimeUnit.SECONDS));
        connection.send(new Publish(Message.of("a", QoS.AT_MOST_ONCE, "p".repeat(194)), 0, false, 0, List.of()));
        assertEquals(List.of(Disconnect.of(ReasonCode.PACKET_TOO_LARGE)), connection.untilEnd());
        assertTrue(taken.isEmpty());
    }

    @Clause({"MQTT-3.2.2-15", "U-2.1.4"})
    @Test
    void whatHasTheMaximumSizeLeavesAndOneByteMoreDoesNot() throws Exception {
        ScriptedPeer.Connection connection = connect(40);
        int before = connection.bytes().length;
        // Fixed header 2, topic 3, properties 1: 34 bytes are left.
        assertThrows(ExecutionException.class, () -> get(client.publish("a", QoS.AT_MOST_ONCE, "p".repeat(35))));
        client.publish("a", QoS.AT_MOST_ONCE, "p".repeat(34));
        connection.expect(Publish.class);
        assertEquals(40, connection.bytes().length - before);
        String tooLong = "f".repeat(40);
        for (CompletableFuture<?> refused :
                List.of(client.subscribe(tooLong, QoS.AT_MOST_ONCE, message -> {}), client.unsubscribe(tooLong))) {
            ExecutionException failure = assertThrows(ExecutionException.class, () -> get(refused));
            RequestException cause = assertInstanceOf(RequestException.class, failure.getCause());
            assertEquals(ReasonCode.PACKET_TOO_LARGE, cause.reasonCode().orElseThrow());
        }
        client.publish("marker", QoS.AT_MOST_ONCE, "x");
        assertEquals(
                "marker", connection.expect(Publish.class).message().topic().text());
        assertTrue(get(client.disconnect()) == null);
        assertFalse(connection.untilEnd().isEmpty());
    }
}
