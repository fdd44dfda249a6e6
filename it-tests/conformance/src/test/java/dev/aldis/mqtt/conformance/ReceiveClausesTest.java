package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReceiveClausesTest extends PeerTest {

    private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();
    private ScriptedPeer peer;

    private ScriptedPeer.Connection connect(ProtocolVersion version) throws Exception {
        peer = peer(version);
        CompletableFuture<?> connected = client(builder(peer, version)
                        .onMessage("#", message -> handled.add(message.payload().text())))
                .connect();
        ScriptedPeer.Connection connection = peer.accept(false);
        get(connected);
        return connection;
    }

    private static Publish publish(QoS qos, String text, int identifier, boolean duplicate) {
        return new Publish(Message.of("t", qos, text), identifier, duplicate, 0, List.of());
    }

    private void expectHandled(String text) throws InterruptedException {
        assertEquals(text, handled.poll(60, TimeUnit.SECONDS));
    }

    @Clause(
            value = {
                "MQTT-3.3.4-1",
                "MQTT-4.3.2-4",
                "MQTT-4.3.3-8",
                "MQTT-4.3.3-11",
                "MQTT-2.2.1-5",
                "U-3.8.4",
                "U-3.3.3"
            },
            v311 = {"MQTT-3.3.4-1", "MQTT-4.3.2-2", "MQTT-4.3.3-2", "MQTT-2.3.1-6", "U-3.8.4", "U-3.3.3"})
    @ParameterizedTest
    @EnumSource
    void eachQosIsAnsweredAsItHasToBe(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection connection = connect(version);
        connection.send(publish(QoS.AT_MOST_ONCE, "", 0, false));
        expectHandled("");
        connection.send(publish(QoS.AT_LEAST_ONCE, "1", 17, false));
        assertEquals(17, connection.expect(PubAck.class).packetIdentifier());
        expectHandled("1");
        connection.send(publish(QoS.EXACTLY_ONCE, "2", 99, false));
        assertEquals(99, connection.expect(PubRec.class).packetIdentifier());
        connection.send(PubRel.success(99));
        PubComp answer = connection.expect(PubComp.class);
        assertEquals(99, answer.packetIdentifier());
        assertEquals(ReasonCode.SUCCESS, answer.reasonCode());
        expectHandled("2");
    }

    @Clause(
            value = {"MQTT-4.3.2-5"},
            v311 = {"MQTT-4.3.2-2"})
    @ParameterizedTest
    @EnumSource
    void qos1IsANewMessageEachTime(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection connection = connect(version);
        connection.send(publish(QoS.AT_LEAST_ONCE, "x", 5, false));
        connection.expect(PubAck.class);
        connection.send(publish(QoS.AT_LEAST_ONCE, "x", 5, true));
        connection.expect(PubAck.class);
        expectHandled("x");
        expectHandled("x");
    }

    @Clause(
            value = {"MQTT-4.3.3-10", "MQTT-4.3.3-12", "MQTT-4.1.0-1"},
            v311 = {"MQTT-4.3.3-2", "MQTT-4.1.0-1", "MQTT-4.1.0-2"})
    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void qos2IsHandedOverOnceUntilItsIdentifierIsReleased(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection first = connect(version);
        first.send(publish(QoS.EXACTLY_ONCE, "once", 3, false));
        first.expect(PubRec.class);
        expectHandled("once");
        for (boolean duplicate : new boolean[] {true, false}) {
            first.send(publish(QoS.EXACTLY_ONCE, "once", 3, duplicate));
            first.expect(PubRec.class);
        }
        first.close();
        ScriptedPeer.Connection second = peer.accept(true);
        second.send(publish(QoS.EXACTLY_ONCE, "once", 3, true));
        second.expect(PubRec.class);
        second.send(PubRel.success(3));
        second.expect(PubComp.class);
        second.send(publish(QoS.EXACTLY_ONCE, "another", 3, false));
        second.expect(PubRec.class);
        expectHandled("another");
        assertTrue(handled.isEmpty());
    }

    @Clause({"MQTT-4.3.3-11", "U-3.6.2.1"})
    @Test
    void anUnknownPubRelIsAnsweredSo() throws Exception {
        ScriptedPeer.Connection connection = connect(ProtocolVersion.MQTT_5);
        connection.send(PubRel.success(77));
        PubComp answer = connection.expect(PubComp.class);
        assertEquals(77, answer.packetIdentifier());
        assertEquals(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, answer.reasonCode());
    }

    @Clause(
            value = {"MQTT-4.6.0-2", "MQTT-4.6.0-3"},
            v311 = {"MQTT-4.6.0-2", "MQTT-4.6.0-3"})
    @ParameterizedTest
    @EnumSource
    void answersLeaveInTheOrderOfTheMessages(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection connection = connect(version);
        int[] identifiers = {9, 2, 7};
        for (int identifier : identifiers) {
            connection.send(publish(QoS.AT_LEAST_ONCE, "1", identifier, false));
        }
        for (int identifier : identifiers) {
            assertEquals(identifier, connection.expect(PubAck.class).packetIdentifier());
        }
        for (int identifier : identifiers) {
            connection.send(publish(QoS.EXACTLY_ONCE, "2", identifier, false));
        }
        for (int identifier : identifiers) {
            assertEquals(identifier, connection.expect(PubRec.class).packetIdentifier());
        }
    }
}
