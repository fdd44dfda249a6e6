package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.UnsubAck;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Once around all Packet Identifiers. */
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class IdentifierClausesTest extends PeerTest {

    private static final int ACKNOWLEDGED_AT_ONCE = 100;

    private MqttClient client;
    private ScriptedPeer.Connection connection;

    @Clause(
            value = {"U-2.2.1-reuse", "MQTT-2.2.1-3", "MQTT-4.3.2-1", "MQTT-4.3.3-1"},
            v311 = {"MQTT-2.3.1-1", "MQTT-2.3.1-2", "MQTT-2.3.1-3", "MQTT-4.3.2-1", "MQTT-4.3.3-1"})
    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void anIdentifierIsUsedAgainWhenItsExchangeIsOverAndNotBefore(ProtocolVersion version) throws Exception {
        ScriptedPeer peer = peer(version);
        client = client(builder(peer, version).limits(ClientLimits.DEFAULT.withMaximumInFlight(1_000)));
        CompletableFuture<?> connected = client.connect();
        connection = peer.accept(false);
        get(connected);
        endFromOneToFive(version == ProtocolVersion.MQTT_5);
        leaveSixToNineOpen();
        for (int i = 10; i <= 65_535 + 6; i++) {
            client.publish("a", QoS.AT_LEAST_ONCE, "");
        }
        for (int expected = 10; expected <= 65_535; expected++) {
            expectPublish(expected);
        }
        for (int expected : new int[] {1, 2, 3, 4, 5, 10}) {
            expectPublish(expected);
        }
    }

    private void endFromOneToFive(boolean mqtt5) throws Exception {
        client.publish("a", QoS.AT_LEAST_ONCE, "");
        assertEquals(1, connection.expect(Publish.class).packetIdentifier());
        connection.send(PubAck.success(1));
        client.publish("a", QoS.EXACTLY_ONCE, "");
        assertEquals(2, connection.expect(Publish.class).packetIdentifier());
        connection.send(PubRec.success(2));
        connection.expect(PubRel.class);
        connection.send(PubComp.success(2));
        client.publish("a", mqtt5 ? QoS.EXACTLY_ONCE : QoS.AT_LEAST_ONCE, "");
        assertEquals(3, connection.expect(Publish.class).packetIdentifier());
        connection.send(mqtt5 ? new PubRec(3, ReasonCode.QUOTA_EXCEEDED, Diagnostics.NONE) : PubAck.success(3));
        CompletableFuture<?> subscribed = client.subscribe("a", QoS.AT_MOST_ONCE, message -> {});
        assertEquals(4, connection.expect(Subscribe.class).packetIdentifier());
        connection.send(new SubAck(4, List.of(ReasonCode.SUCCESS), Diagnostics.NONE));
        get(subscribed);
        CompletableFuture<?> unsubscribed = client.unsubscribe("a");
        assertEquals(5, connection.expect(Unsubscribe.class).packetIdentifier());
        connection.send(new UnsubAck(5, mqtt5 ? List.of(ReasonCode.SUCCESS) : List.of(), Diagnostics.NONE));
        get(unsubscribed);
    }

    private void leaveSixToNineOpen() throws Exception {
        client.publish("a", QoS.AT_LEAST_ONCE, "");
        assertEquals(6, connection.expect(Publish.class).packetIdentifier());
        client.publish("a", QoS.EXACTLY_ONCE, "");
        assertEquals(7, connection.expect(Publish.class).packetIdentifier());
        connection.send(PubRec.success(7));
        connection.expect(PubRel.class);
        client.subscribe("b", QoS.AT_MOST_ONCE, message -> {});
        assertEquals(8, connection.expect(Subscribe.class).packetIdentifier());
        client.unsubscribe("c");
        assertEquals(9, connection.expect(Unsubscribe.class).packetIdentifier());
    }

    private final ByteArrayOutputStream acknowledgements = new ByteArrayOutputStream();

    private void expectPublish(int identifier) throws Exception {
        assertEquals(identifier, connection.expect(Publish.class).packetIdentifier());
        acknowledgements.writeBytes(new byte[] {0x40, 2, (byte) (identifier >> 8), (byte) identifier});
        if (acknowledgements.size() == 4 * ACKNOWLEDGED_AT_ONCE || identifier == 65_535) {
            connection.send(acknowledgements.toByteArray());
            acknowledgements.reset();
        }
    }
}
