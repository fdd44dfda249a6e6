package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublicationState;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The Message Expiry Interval, which is for what was never sent; and a time in which no ping is due. */
class ExpiryClausesTest extends PeerTest {

    private static Message message(QoS qos, String text, long seconds) {
        return Message.of("t", qos, text)
                .withProperties(MessageProperties.builder()
                        .messageExpirySeconds(seconds)
                        .build());
    }

    private static ConnAckProperties threeAtOnceAndNoKeepAlive() {
        ServerLimits limits = new ServerLimits(3, 0xFFFF_FFFFL, 0, QoS.EXACTLY_ONCE, true, true, true, true);
        return new ConnAckProperties(-1, 0, null, limits, null, null, null, Diagnostics.NONE);
    }

    /** Published and sent. Where this machine stalls, it may expire before it is sent; then it is published again. */
    private static Publication sent(
            MqttClient client, ScriptedPeer.Connection connection, Message message, int[] identifiers, int index)
            throws Exception {
        while (true) {
            Publication publication = client.publish(message);
            boolean over = false;
            while (!over) {
                // Asked before: what was sent is not over.
                over = publication.isDone();
                Optional<ControlPacket> packet = connection.nextWithin(Duration.ofMillis(20));
                if (packet.isPresent()) {
                    identifiers[index] =
                            assertInstanceOf(Publish.class, packet.get()).packetIdentifier();
                    return publication;
                }
            }
        }
    }

    @Clause({"MQTT-4.3.3-7", "MQTT-4.3.3-13", "U-3.3.2.3.3", "U-3.1.2.10", "MQTT-3.1.2-21"})
    @Test
    void whatWasSentIsFinishedThoughItExpiredAndWhatWasNotIsDropped() throws Exception {
        BlockingQueue<String> handled = new LinkedBlockingQueue<>();
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MqttClient client = client(builder(peer, ProtocolVersion.MQTT_5)
                .keepAliveSeconds(1)
                .onMessage("#", message -> handled.add(message.payload().text())));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection first = peer.accept(false, threeAtOnceAndNoKeepAlive());
        get(connected);
        int[] identifiers = new int[3];
        Publication once = sent(client, first, message(QoS.AT_LEAST_ONCE, "once", 2), identifiers, 0);
        Publication unreceived = sent(client, first, message(QoS.EXACTLY_ONCE, "unreceived", 2), identifiers, 1);
        Publication released = sent(client, first, message(QoS.EXACTLY_ONCE, "released", 2), identifiers, 2);
        first.send(PubRec.success(identifiers[2]));
        first.expect(PubRel.class);
        first.send(new Publish(message(QoS.EXACTLY_ONCE, "in", 2), 9, false, 0, List.of()));
        first.expect(PubRec.class);
        Publication longer = client.publish(message(QoS.AT_LEAST_ONCE, "longer", 50));
        Publication waiting = client.publish(message(QoS.AT_LEAST_ONCE, "waiting", 2));
        assertThrows(ExecutionException.class, () -> get(waiting));
        assertEquals(PublicationState.EXPIRED, waiting.state());
        // Their time has passed for all of them, and a Keep Alive of 0 in CONNACK means no PINGREQ in it.
        first.send(PubRel.success(9));
        first.expect(PubComp.class);
        assertEquals("in", handled.poll(60, TimeUnit.SECONDS));
        first.close();
        ScriptedPeer.Connection second = peer.accept(true, threeAtOnceAndNoKeepAlive());
        assertEquals(identifiers[2], second.expect(PubRel.class).packetIdentifier());
        for (int i = 0; i < 2; i++) {
            Publish again = second.expect(Publish.class);
            assertTrue(again.duplicate());
            assertEquals(identifiers[i], again.packetIdentifier());
        }
        second.send(PubAck.success(identifiers[0]));
        second.send(PubRec.success(identifiers[1]));
        Publish aged = second.expect(Publish.class);
        assertEquals("longer", aged.message().payload().text());
        long left = aged.message().properties().messageExpirySeconds().orElseThrow();
        assertTrue(left < 50, "expires in " + left + " s");
        second.expect(PubRel.class);
        second.send(PubComp.success(identifiers[1]));
        second.send(PubComp.success(identifiers[2]));
        second.send(PubAck.success(aged.packetIdentifier()));
        for (Publication publication : List.of(once, unreceived, released, longer)) {
            assertFalse(get(publication).isError());
        }
    }
}
