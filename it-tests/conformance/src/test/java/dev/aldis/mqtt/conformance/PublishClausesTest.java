package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class PublishClausesTest extends PeerTest {

    private ScriptedPeer peer;
    private MqttClient client;

    private ScriptedPeer.Connection connect(ProtocolVersion version, ConnAckProperties properties) throws Exception {
        peer = peer(version);
        client = client(builder(peer, version));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false, properties);
        get(connected);
        return connection;
    }

    private ScriptedPeer.Connection connect(ProtocolVersion version) throws Exception {
        return connect(version, ConnAckProperties.NONE);
    }

    private static ConnAckProperties limits(int receiveMaximum, long packetBytes, QoS qos, boolean retain) {
        ServerLimits limits = new ServerLimits(receiveMaximum, packetBytes, 0, qos, retain, true, true, true);
        return new ConnAckProperties(-1, -1, null, limits, null, null, null, Diagnostics.NONE);
    }

    @Clause(
            value = {"MQTT-2.2.1-2", "MQTT-3.3.1-2", "MQTT-4.3.1-1", "MQTT-3.2.2-18"},
            v311 = {"MQTT-2.3.1-5", "MQTT-3.3.1-2", "MQTT-4.3.1-1"})
    @ParameterizedTest
    @EnumSource
    void qos0HasNeitherIdentifierNorDupNorAlias(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection connection = connect(version);
        get(client.publish("a", QoS.AT_MOST_ONCE, "x"));
        Publish packet = connection.expect(Publish.class);
        assertEquals(0, packet.packetIdentifier());
        assertFalse(packet.duplicate());
        assertEquals(0, packet.topicAlias());
        assertEquals("a", packet.message().topic().text());
    }

    @Clause(
            value = {
                "MQTT-3.3.1-1",
                "MQTT-3.1.2-23",
                "MQTT-4.4.0-1",
                "MQTT-4.6.0-1",
                "MQTT-4.3.2-1",
                "MQTT-4.3.2-2",
                "MQTT-4.3.2-3",
                "MQTT-4.3.3-1",
                "MQTT-4.3.3-2",
                "MQTT-4.3.3-3",
                "MQTT-2.2.1-3"
            },
            v311 = {
                "MQTT-3.3.1-1",
                "MQTT-3.1.2-4",
                "MQTT-4.4.0-1",
                "MQTT-4.6.0-1",
                "MQTT-4.3.2-1",
                "MQTT-4.3.3-1",
                "MQTT-2.3.1-1",
                "MQTT-2.3.1-2",
                "MQTT-2.3.1-3"
            })
    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void whatIsUnfinishedIsSentAgainInOrderWithDupAndItsIdentifier(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection first = connect(version);
        Publication[] publications = {
            client.publish("a", QoS.EXACTLY_ONCE, "0"),
            client.publish("a", QoS.AT_LEAST_ONCE, "1"),
            client.publish("a", QoS.AT_LEAST_ONCE, "2")
        };
        int[] identifiers = new int[3];
        for (int i = 0; i < 3; i++) {
            Publish packet = first.expect(Publish.class);
            assertFalse(packet.duplicate());
            assertEquals(String.valueOf(i), packet.message().payload().text());
            identifiers[i] = packet.packetIdentifier();
            assertNotEquals(0, identifiers[i]);
        }
        first.close();
        ScriptedPeer.Connection second = peer.accept(true);
        for (int i = 0; i < 3; i++) {
            Publish packet = second.expect(Publish.class);
            assertTrue(packet.duplicate());
            assertEquals(String.valueOf(i), packet.message().payload().text());
            assertEquals(identifiers[i], packet.packetIdentifier());
            assertFalse(publications[i].isDone());
        }
        second.send(PubAck.success(identifiers[1]));
        get(publications[1]);
        assertFalse(publications[2].isDone());
    }

    @Clause(
            value = {"MQTT-4.3.3-4", "MQTT-4.3.3-5", "MQTT-4.3.3-6", "MQTT-4.4.0-1", "MQTT-3.6.1-1"},
            v311 = {"MQTT-4.3.3-1", "MQTT-4.4.0-1", "MQTT-3.6.1-1", "MQTT-2.3.1-6"})
    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void afterPubRecOnlyPubRelIsSentAgain(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection first = connect(version);
        Publication publication = client.publish("a", QoS.EXACTLY_ONCE, "x");
        int identifier = first.expect(Publish.class).packetIdentifier();
        first.send(PubRec.success(identifier));
        assertEquals(identifier, first.expect(PubRel.class).packetIdentifier());
        first.close();
        ScriptedPeer.Connection second = peer.accept(true);
        assertEquals(identifier, second.expect(PubRel.class).packetIdentifier());
        second.send(PubComp.success(identifier));
        assertFalse(get(publication).isError());
    }

    @Clause({"MQTT-4.3.3-4", "MQTT-4.4.0-2"})
    @Test
    void anAnswerThatIsAnErrorEndsTheExchangeAndFreesItsPlace() throws Exception {
        ScriptedPeer.Connection connection =
                connect(ProtocolVersion.MQTT_5, limits(1, 0xFFFF_FFFFL, QoS.EXACTLY_ONCE, true));
        Publication refused = client.publish("a", QoS.EXACTLY_ONCE, "0");
        Publication refusedOnce = client.publish("a", QoS.AT_LEAST_ONCE, "1");
        client.publish("a", QoS.EXACTLY_ONCE, "2");
        int identifier = connection.expect(Publish.class).packetIdentifier();
        connection.send(new PubRec(identifier, ReasonCode.NOT_AUTHORIZED, Diagnostics.NONE));
        Publish second = connection.expect(Publish.class);
        assertEquals("1", second.message().payload().text());
        assertEquals(ReasonCode.NOT_AUTHORIZED, get(refused).reasonCode());
        connection.send(new PubAck(second.packetIdentifier(), ReasonCode.QUOTA_EXCEEDED, Diagnostics.NONE));
        assertEquals("2", connection.expect(Publish.class).message().payload().text());
        assertEquals(ReasonCode.QUOTA_EXCEEDED, get(refusedOnce).reasonCode());
        connection.close();
        ScriptedPeer.Connection next = peer.accept(true);
        assertEquals("2", next.expect(Publish.class).message().payload().text());
        client.publish("a", QoS.AT_MOST_ONCE, "marker");
        assertEquals("marker", next.expect(Publish.class).message().payload().text());
    }

    @Clause(
            value = {"MQTT-4.6.0-4"},
            v311 = {"MQTT-4.6.0-4"})
    @ParameterizedTest
    @EnumSource
    void pubRelsLeaveInTheOrderOfThePubRecs(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection connection = connect(version);
        int[] identifiers = new int[3];
        for (int i = 0; i < 3; i++) {
            client.publish("a", QoS.EXACTLY_ONCE, "x");
            identifiers[i] = connection.expect(Publish.class).packetIdentifier();
        }
        for (int i : new int[] {2, 0, 1}) {
            connection.send(PubRec.success(identifiers[i]));
        }
        for (int i : new int[] {2, 0, 1}) {
            assertEquals(identifiers[i], connection.expect(PubRel.class).packetIdentifier());
        }
    }

    @Clause({"MQTT-3.3.4-7", "MQTT-3.3.4-8", "MQTT-4.9.0-1", "MQTT-4.9.0-3"})
    @Test
    void theReceiveMaximumHoldsPublishesBackAndNothingElse() throws Exception {
        ScriptedPeer.Connection connection =
                connect(ProtocolVersion.MQTT_5, limits(1, 0xFFFF_FFFFL, QoS.EXACTLY_ONCE, true));
        client.publish("a", QoS.EXACTLY_ONCE, "0");
        client.publish("a", QoS.AT_LEAST_ONCE, "1");
        int identifier = connection.expect(Publish.class).packetIdentifier();
        client.subscribe("b", QoS.AT_MOST_ONCE, message -> {});
        connection.expect(Subscribe.class);
        connection.send(PubRec.success(identifier));
        connection.expect(PubRel.class);
        client.publish("c", QoS.AT_MOST_ONCE, "marker");
        assertEquals(
                "marker", connection.expect(Publish.class).message().payload().text());
        connection.send(PubComp.success(identifier));
        assertEquals("1", connection.expect(Publish.class).message().payload().text());
    }

    @Clause(
            value = {"MQTT-3.2.2-5", "MQTT-3.1.2-4"},
            v311 = {"MQTT-3.1.2-6"})
    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void withoutItsSessionNothingIsSentAsADuplicate(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection first = connect(version);
        client.publish("a", QoS.EXACTLY_ONCE, "0");
        int identifier = first.expect(Publish.class).packetIdentifier();
        first.send(PubRec.success(identifier));
        first.expect(PubRel.class);
        client.publish("a", QoS.AT_LEAST_ONCE, "1");
        first.expect(Publish.class);
        first.close();
        Publish again = peer.accept(false).expect(Publish.class);
        assertFalse(again.duplicate());
        assertEquals("1", again.message().payload().text());
    }

    private void expectRefusal(ScriptedPeer.Connection connection, Message message, ReasonCode code) throws Exception {
        Publication refused = client.publish(message);
        ExecutionException failure = assertThrows(ExecutionException.class, () -> get(refused));
        PublishException cause = assertInstanceOf(PublishException.class, failure.getCause());
        assertEquals(code, cause.reasonCode().orElseThrow());
        client.publish("m", QoS.AT_MOST_ONCE, "m");
        assertEquals("m", connection.expect(Publish.class).message().topic().text());
    }

    @Clause({"MQTT-3.2.2-11", "MQTT-3.2.2-14", "MQTT-3.2.2-15"})
    @Test
    void whatTheServerDoesNotTakeFailsHereAndNeverLeaves() throws Exception {
        ScriptedPeer.Connection connection = connect(ProtocolVersion.MQTT_5, limits(10, 50, QoS.AT_LEAST_ONCE, false));
        expectRefusal(connection, Message.of("a", QoS.EXACTLY_ONCE, "x"), ReasonCode.QOS_NOT_SUPPORTED);
        expectRefusal(
                connection, Message.of("a", QoS.AT_MOST_ONCE, "x").withRetain(true), ReasonCode.RETAIN_NOT_SUPPORTED);
        expectRefusal(connection, Message.of("a", QoS.AT_MOST_ONCE, "x".repeat(50)), ReasonCode.PACKET_TOO_LARGE);
    }

    @Clause({"MQTT-3.2.2-11", "MQTT-3.2.2-14", "MQTT-3.2.2-15"})
    @Test
    void whatWaitedForTheConnectionIsRefusedAsWell() throws Exception {
        peer = peer(ProtocolVersion.MQTT_5);
        client = client(builder(peer, ProtocolVersion.MQTT_5));
        List<Publication> refused = List.of(
                client.publish("a", QoS.EXACTLY_ONCE, "x"),
                client.publish(Message.of("a", QoS.AT_LEAST_ONCE, "x").withRetain(true)),
                client.publish("a", QoS.AT_LEAST_ONCE, "x".repeat(50)));
        client.publish("taken", QoS.AT_LEAST_ONCE, "x");
        client.connect();
        ScriptedPeer.Connection connection = peer.accept(false, limits(10, 50, QoS.AT_LEAST_ONCE, false));
        assertEquals("taken", connection.expect(Publish.class).message().topic().text());
        for (Publication publication : refused) {
            assertThrows(ExecutionException.class, () -> get(publication));
        }
    }

    @Clause({"U-4.13.2"})
    @Test
    void aRefusedMessageDoesNotEndTheConnection() throws Exception {
        ScriptedPeer.Connection connection = connect(ProtocolVersion.MQTT_5);
        Publication refused = client.publish("a", QoS.AT_LEAST_ONCE, "x");
        int identifier = connection.expect(Publish.class).packetIdentifier();
        connection.send(new PubAck(identifier, ReasonCode.NOT_AUTHORIZED, Diagnostics.NONE));
        assertTrue(get(refused).isError());
        client.publish("a", QoS.AT_MOST_ONCE, "next");
        connection.expect(Publish.class);
    }
}
