package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Negotiated;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What CONNACK says, and what is absent from it; Topic Aliases; text that is not to be changed. */
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class LimitClausesTest extends PeerTest {

    /** A session of this length has no end. */
    private static final long NEVER = 0xFFFF_FFFFL;

    private static ConnAckProperties aliases(int maximum) {
        ServerLimits limits = new ServerLimits(65_535, 0xFFFF_FFFFL, maximum, QoS.EXACTLY_ONCE, true, true, true, true);
        return new ConnAckProperties(-1, -1, null, limits, null, null, null, Diagnostics.NONE);
    }

    @Clause({"MQTT-3.2.2-17", "MQTT-3.3.2-7", "MQTT-3.3.2-8", "MQTT-3.3.2-9"})
    @Test
    void aliasesStayWithinTheServersMaximumAndItsConnection() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MqttClient client = client(builder(peer, ProtocolVersion.MQTT_5));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false, aliases(2));
        get(connected);
        TreeSet<Integer> used = new TreeSet<>();
        for (int i = 0; i < 15; i++) {
            client.publish("topic/" + i % 5, QoS.AT_MOST_ONCE, "x");
            used.add(connection.expect(Publish.class).topicAlias());
        }
        assertTrue(used.contains(1), used::toString);
        assertTrue(used.last() <= 2, used::toString);
        connection.close();
        ScriptedPeer.Connection next = peer.accept(true, aliases(2));
        client.publish("topic/0", QoS.AT_MOST_ONCE, "y");
        // The peer would refuse an alias that this connection has not heard of.
        assertEquals("topic/0", next.expect(Publish.class).message().topic().text());
    }

    @Clause({"MQTT-3.3.2-10", "MQTT-3.3.2-7", "U-3.3.4-alias"})
    @Test
    void everyAliasUpToTheClientsMaximumIsTaken() throws Exception {
        BlockingQueue<String> handled = new LinkedBlockingQueue<>();
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MqttClient client = client(builder(peer, ProtocolVersion.MQTT_5)
                .topicAliases(0, 3)
                .onMessage("#", message -> handled.add(message.topic().text())));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false);
        get(connected);
        for (int alias = 1; alias <= 3; alias++) {
            connection.send(new Publish(Message.of("t" + alias, QoS.AT_MOST_ONCE, "x"), 0, false, alias, List.of()));
            // No topic, and one property: Topic Alias.
            connection.sendHex("30 06 00 00 03 23 00 0" + alias);
            assertEquals("t" + alias, handled.poll(60, TimeUnit.SECONDS));
            assertEquals("t" + alias, handled.poll(60, TimeUnit.SECONDS));
        }
        connection.send(new Publish(Message.of("other", QoS.AT_MOST_ONCE, "x"), 0, false, 2, List.of()));
        connection.sendHex("30 06 00 00 03 23 00 02" + "30 06 00 00 03 23 00 01");
        for (String topic : List.of("other", "other", "t1")) {
            assertEquals(topic, handled.poll(60, TimeUnit.SECONDS));
        }
        connection.close();
        // What an alias stood for ends with its connection.
        ScriptedPeer.Connection next = peer.accept(true);
        next.sendHex("30 06 00 00 03 23 00 01");
        assertEquals(List.of(Disconnect.of(ReasonCode.PROTOCOL_ERROR)), next.untilEnd());
    }

    @Clause({"U-3.2.2.3-defaults", "MQTT-4.9.0-1"})
    @Test
    void whatConnAckDoesNotSayHasTheValuesOfTheStandard() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MqttClient client = client(builder(peer, ProtocolVersion.MQTT_5).keepAliveSeconds(77));
        CompletableFuture<?> connected = client.connect();
        peer.accept(false);
        get(connected);
        Negotiated negotiated = client.negotiated().orElseThrow();
        ServerLimits absent = new ServerLimits(65_535, 0xFFFF_FFFFL, 0, QoS.EXACTLY_ONCE, true, true, true, true);
        assertEquals(absent, negotiated.server());
        assertEquals(77, negotiated.keepAliveSeconds());
        assertEquals(3_600, negotiated.sessionExpirySeconds());
        assertEquals("tested", negotiated.clientIdentifier());
    }

    @Clause({"U-3.1.2.11.2"})
    @Test
    void theSessionExpiryOfConnAckCountsInsteadOfOurs() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        for (long ours : new long[] {0, 3_600, NEVER}) {
            for (long theirs : new long[] {-1, 0, 10, NEVER}) {
                MqttClient client = client(builder(peer, ProtocolVersion.MQTT_5).sessionExpirySeconds(ours));
                CompletableFuture<?> connected = client.connect();
                ScriptedPeer.Connection connection = peer.next();
                assertEquals(ours, connection.expect(Connect.class).properties().sessionExpirySeconds());
                connection.send(new ConnAck(
                        false,
                        ReasonCode.SUCCESS,
                        new ConnAckProperties(
                                theirs, -1, null, ServerLimits.NONE, null, null, null, Diagnostics.NONE)));
                get(connected);
                assertEquals(
                        theirs < 0 ? ours : theirs,
                        client.negotiated().orElseThrow().sessionExpirySeconds());
            }
        }
    }

    @Clause(
            value = {"MQTT-1.5.4-3"},
            v311 = {"MQTT-1.5.3-3"})
    @ParameterizedTest
    @EnumSource
    void aByteOrderMarkIsACharacterLikeOthers(ProtocolVersion version) throws Exception {
        BlockingQueue<String> handled = new LinkedBlockingQueue<>();
        ScriptedPeer peer = peer(version);
        MqttClient client = client(builder(peer, version)
                .onMessage("#", message -> handled.add(message.topic().text())));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false);
        get(connected);
        client.publish("\uFEFFa\uFEFF", QoS.AT_MOST_ONCE, "x");
        assertEquals(
                "\uFEFFa\uFEFF",
                connection.expect(Publish.class).message().topic().text());
        connection.send(new Publish(Message.of("\uFEFFb", QoS.AT_MOST_ONCE, "x"), 0, false, 0, List.of()));
        assertEquals("\uFEFFb", handled.poll(60, TimeUnit.SECONDS));
    }

    @Clause({"U-3.2.3"})
    @Test
    void connAckWithBytesBehindItsPropertiesEndsTheConnection() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MqttClient client = client(builder(peer, ProtocolVersion.MQTT_5).reconnect(ReconnectPolicy.NEVER));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.next();
        connection.expect(Connect.class);
        connection.sendHex("20 04 00 00 00 00");
        assertEquals(List.of(), connection.untilEnd());
        assertThrows(ExecutionException.class, () -> get(connected));
    }

    @Clause({"U-3.3.2.3.8", "U-3.7.3"})
    @Test
    void aSubscriptionIdentifierOf0AndAPubCompWithAPayloadEndTheConnection() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MqttClient client = client(builder(peer, ProtocolVersion.MQTT_5));
        client.connect();
        ScriptedPeer.Connection first = peer.accept(false);
        first.sendHex("30 06 00 01 61 02 0b 00");
        assertEquals(List.of(Disconnect.of(ReasonCode.PROTOCOL_ERROR)), first.untilEnd());
        ScriptedPeer.Connection second = peer.accept(false);
        second.sendHex("70 05 00 01 00 00 00");
        assertEquals(List.of(Disconnect.of(ReasonCode.MALFORMED_PACKET)), second.untilEnd());
    }
}
