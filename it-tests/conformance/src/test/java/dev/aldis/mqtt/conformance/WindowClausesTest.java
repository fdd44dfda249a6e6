package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PingReq;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How much is under way, and what is never sent twice on one connection. */
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class WindowClausesTest extends PeerTest {

    private static final ConnAckProperties ONE_AT_A_TIME = new ConnAckProperties(
            -1,
            -1,
            null,
            new ServerLimits(1, 0xFFFF_FFFFL, 0, QoS.EXACTLY_ONCE, true, true, true, true),
            null,
            null,
            null,
            Diagnostics.NONE);

    private ScriptedPeer peer;
    private MqttClient client;

    private ScriptedPeer.Connection connect(ProtocolVersion version, int keepAliveSeconds, ConnAckProperties properties)
            throws Exception {
        peer = peer(version);
        client = client(builder(peer, version).keepAliveSeconds(keepAliveSeconds));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false, properties);
        get(connected);
        return connection;
    }

    private void expectMarker(ScriptedPeer.Connection connection) throws Exception {
        client.publish("marker", QoS.AT_MOST_ONCE, "");
        assertEquals(
                "marker", connection.expect(Publish.class).message().topic().text());
    }

    private static int expect(ScriptedPeer.Connection connection, String text) throws Exception {
        Publish packet = expectBesidePings(connection, Publish.class);
        assertEquals(text, packet.message().payload().text());
        return packet.packetIdentifier();
    }

    /** The next packet that is no PINGREQ; those come earlier where the machine is slow, and are answered. */
    private static <T extends ControlPacket> T expectBesidePings(ScriptedPeer.Connection connection, Class<T> type)
            throws Exception {
        ControlPacket next = connection.nextOrEnd().orElseThrow();
        while (next instanceof PingReq) {
            connection.sendHex("d0 00");
            next = connection.nextOrEnd().orElseThrow();
        }
        return assertInstanceOf(type, next);
    }

    @Clause({"U-4.9", "MQTT-4.9.0-1", "MQTT-4.9.0-2", "MQTT-3.3.4-7"})
    @Test
    void eachWayToEndAnExchangeGivesItsPlaceBackOnce() throws Exception {
        ScriptedPeer.Connection connection = connect(ProtocolVersion.MQTT_5, 0, ONE_AT_A_TIME);
        client.publish("a", QoS.AT_LEAST_ONCE, "0");
        client.publish("a", QoS.EXACTLY_ONCE, "1");
        client.publish("a", QoS.EXACTLY_ONCE, "2");
        client.publish("a", QoS.AT_LEAST_ONCE, "3");
        client.publish("a", QoS.AT_LEAST_ONCE, "4");
        int identifier = expect(connection, "0");
        expectMarker(connection);
        connection.send(new PubAck(identifier, ReasonCode.QUOTA_EXCEEDED, Diagnostics.NONE));
        identifier = expect(connection, "1");
        expectMarker(connection);
        connection.send(new PubRec(identifier, ReasonCode.QUOTA_EXCEEDED, Diagnostics.NONE));
        identifier = expect(connection, "2");
        connection.send(PubRec.success(identifier));
        connection.expect(PubRel.class);
        expectMarker(connection);
        connection.send(new PubComp(identifier, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Diagnostics.NONE));
        identifier = expect(connection, "3");
        // Nothing of this is an end of "3".
        connection.send(PubComp.success(4_000));
        connection.send(PubAck.success(4_001));
        connection.send(new Publish(Message.of("a", QoS.EXACTLY_ONCE, "x"), 50, false, 0, List.of()));
        connection.expect(PubRec.class);
        expectMarker(connection);
        connection.send(PubAck.success(identifier));
        expect(connection, "4");
    }

    @Clause({"U-4.9", "MQTT-4.9.0-2"})
    @Test
    void aPubRelThatIsSentAgainTakesNoPlaceAndGivesNoneBack() throws Exception {
        ScriptedPeer.Connection first = connect(ProtocolVersion.MQTT_5, 0, ONE_AT_A_TIME);
        Publication publication = client.publish("a", QoS.EXACTLY_ONCE, "0");
        int released = expect(first, "0");
        first.send(PubRec.success(released));
        first.expect(PubRel.class);
        first.close();
        ScriptedPeer.Connection second = peer.accept(true, ONE_AT_A_TIME);
        second.expect(PubRel.class);
        second.send(PubComp.success(released));
        get(publication);
        client.publish("a", QoS.AT_LEAST_ONCE, "1");
        client.publish("a", QoS.AT_LEAST_ONCE, "2");
        expect(second, "1");
        expectMarker(second);
        second.close();
        ScriptedPeer.Connection third = peer.accept(true, ONE_AT_A_TIME);
        // What is sent again counts as well.
        int again = expect(third, "1");
        expectMarker(third);
        third.send(PubAck.success(again));
        expect(third, "2");
    }

    @Clause(
            value = {"MQTT-4.4.0-1", "U-3.12.1", "MQTT-3.1.2-20"},
            v311 = {"U-4.4", "U-3.12.1", "MQTT-3.1.2-23"})
    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void nothingIsSentAgainOnOneConnection(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection connection = connect(version, 3, ConnAckProperties.NONE);
        client.publish("a", QoS.AT_LEAST_ONCE, "0");
        expect(connection, "0");
        client.publish("a", QoS.EXACTLY_ONCE, "1");
        expect(connection, "1");
        client.publish("a", QoS.EXACTLY_ONCE, "2");
        connection.send(PubRec.success(expect(connection, "2")));
        expectBesidePings(connection, PubRel.class);
        client.publish("a", QoS.AT_LEAST_ONCE, "3");
        connection.send(PubAck.success(expect(connection, "3")));
        client.subscribe("a", QoS.AT_MOST_ONCE, message -> {});
        expectBesidePings(connection, Subscribe.class);
        connection.expect(PingReq.class);
        WirePacket ping = WirePacket.from(connection.bytes(), 0).stream()
                .filter(packet -> packet.first() >> 4 == 0xC)
                .findFirst()
                .orElseThrow();
        assertEquals(0xC0, ping.first());
        assertFalse(ping.hasMore());
        connection.sendHex("d0 00");
        client.disconnect();
        expectBesidePings(connection, Disconnect.class);
        assertEquals(List.of(), connection.untilEnd());
    }

    @Clause(
            value = {"MQTT-4.6.0-4", "MQTT-4.3.3-5"},
            v311 = {"MQTT-4.6.0-4"})
    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void pubRelsAreSentAgainInTheOrderOfThePubRecs(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection first = connect(version, 0, ConnAckProperties.NONE);
        int[] identifiers = new int[3];
        for (int i = 0; i < 3; i++) {
            client.publish("a", QoS.EXACTLY_ONCE, "x");
            identifiers[i] = expect(first, "x");
        }
        for (int i : new int[] {2, 0, 1}) {
            first.send(PubRec.success(identifiers[i]));
            first.expect(PubRel.class);
        }
        first.close();
        ScriptedPeer.Connection second = peer.accept(true);
        for (int i : new int[] {2, 0, 1}) {
            assertEquals(identifiers[i], second.expect(PubRel.class).packetIdentifier());
        }
    }
}
