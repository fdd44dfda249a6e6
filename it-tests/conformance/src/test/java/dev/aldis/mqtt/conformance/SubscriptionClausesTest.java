package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.RetainHandling;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.UnsubAck;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Subscribing, and where the messages of a subscription go. */
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class SubscriptionClausesTest extends PeerTest {

    private static final int SUBSCRIPTION_IDENTIFIER = 0x0B;

    private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();
    private ScriptedPeer peer;
    private MqttClient client;

    private ScriptedPeer.Connection connect(String... handlers) throws Exception {
        peer = peer(ProtocolVersion.MQTT_5);
        var builder = builder(peer, ProtocolVersion.MQTT_5);
        for (String filter : handlers) {
            builder.onMessage(filter, message -> handled.add(filter));
        }
        client = client(builder);
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false);
        get(connected);
        return connection;
    }

    private static void grant(ScriptedPeer.Connection connection, Subscribe asked) throws Exception {
        connection.send(new SubAck(
                asked.packetIdentifier(),
                Collections.nCopies(asked.subscriptions().size(), ReasonCode.SUCCESS),
                Diagnostics.NONE));
    }

    private int subscribe(ScriptedPeer.Connection connection, String filter, String name) throws Exception {
        CompletableFuture<?> subscribed = client.subscribe(filter, QoS.AT_MOST_ONCE, message -> handled.add(name));
        Subscribe asked = connection.expect(Subscribe.class);
        grant(connection, asked);
        get(subscribed);
        return asked.subscriptionIdentifier();
    }

    private void expectHandler(ScriptedPeer.Connection connection, int identifier, String... names) throws Exception {
        connection.send(new Publish(
                Message.of("a/b", QoS.AT_MOST_ONCE, "x"),
                0,
                false,
                0,
                identifier == 0 ? List.of() : List.of(identifier)));
        List<String> got = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            got.add(handled.poll(60, TimeUnit.SECONDS));
        }
        Collections.sort(got);
        assertEquals(List.of(names), got);
        assertEquals(List.of(), List.copyOf(handled));
    }

    @Clause({"U-3.8.4-subid", "U-3.8.2.1.2"})
    @Test
    void whereAMessageGoesFollowsTheSubscriptionsOfNow() throws Exception {
        ScriptedPeer.Connection first = connect();
        int exact = subscribe(first, "a/b", "exact");
        int wide = subscribe(first, "a/#", "wide");
        assertNotEquals(exact, wide);
        expectHandler(first, exact, "exact");
        expectHandler(first, wide, "wide");
        first.close();
        // Another session of the server: nothing is subscribed to but what is asked for again.
        ScriptedPeer.Connection second = peer.accept(false);
        int[] again = new int[2];
        for (int i = 0; i < 2; i++) {
            Subscribe asked = second.expect(Subscribe.class);
            boolean isWide = asked.subscriptions().get(0).topicFilter().hasWildcard();
            again[isWide ? 1 : 0] = asked.subscriptionIdentifier();
            grant(second, asked);
        }
        expectHandler(second, again[0], "exact");
        expectHandler(second, again[1], "wide");
        int replaced = subscribe(second, "a/b", "replacement");
        expectHandler(second, replaced, "replacement");
        CompletableFuture<?> left = client.unsubscribe("a/b");
        Unsubscribe asked = second.expect(Unsubscribe.class);
        second.send(new UnsubAck(asked.packetIdentifier(), List.of(ReasonCode.SUCCESS), Diagnostics.NONE));
        get(left);
        // What is still on its way for the old one goes to whoever is left.
        expectHandler(second, replaced, "wide");
    }

    @Clause({"U-3.3.4-subid"})
    @Test
    void anIdentifierThatNoSubscriptionHasIsIgnored() throws Exception {
        ScriptedPeer.Connection connection = connect("a/+");
        subscribe(connection, "a/#", "wide");
        expectHandler(connection, 77, "a/+", "wide");
        expectHandler(connection, 0, "a/+", "wide");
    }

    @Clause({"U-3.8.3", "U-3.8.3.1", "MQTT-3.8.3-2", "MQTT-3.8.3-5", "U-3.8.2.1.2"})
    @Test
    void eachFilterHasItsOptionsAndAllTogetherOneIdentifier() throws Exception {
        ScriptedPeer.Connection connection = connect();
        List<Subscription> all = new ArrayList<>();
        for (QoS qos : QoS.values()) {
            for (RetainHandling handling : RetainHandling.values()) {
                all.add(Subscription.of("f/" + all.size(), qos).withRetainHandling(handling));
                all.add(Subscription.of("f/" + all.size(), qos)
                        .withNoLocal(true)
                        .withRetainHandling(handling));
                all.add(Subscription.of("f/" + all.size(), qos)
                        .withRetainAsPublished(true)
                        .withRetainHandling(handling));
            }
        }
        int before = connection.bytes().length;
        client.subscribe(all, message -> {});
        connection.expect(Subscribe.class);
        WirePacket packet = WirePacket.from(connection.bytes(), before).get(0);
        assertEquals(0x82, packet.first());
        packet.twoBytes();
        Map<Integer, List<byte[]>> properties = packet.properties();
        assertEquals(1, properties.get(SUBSCRIPTION_IDENTIFIER).size());
        assertFalse(properties.get(SUBSCRIPTION_IDENTIFIER).get(0)[0] == 0);
        for (Subscription subscription : all) {
            assertEquals(subscription.topicFilter().text(), packet.text());
            int options = subscription.maximumQos().level()
                    | (subscription.noLocal() ? 4 : 0)
                    | (subscription.retainAsPublished() ? 8 : 0)
                    | bits(subscription.retainHandling()) << 4;
            assertEquals(options, packet.oneByte());
        }
        assertFalse(packet.hasMore());
        assertThrows(IllegalArgumentException.class, () -> client.subscribe(List.of(), message -> {}));
        assertThrows(IllegalArgumentException.class, () -> client.unsubscribe(List.of()));
    }

    private static int bits(RetainHandling handling) {
        return switch (handling) {
            case SEND -> 0;
            case SEND_IF_NEW -> 1;
            case DO_NOT_SEND -> 2;
        };
    }

    @Clause({"MQTT-3.8.3-4", "U-4.8.2"})
    @Test
    void aSharedSubscriptionHasNoNoLocalAndIsLeftByItsWholeName() throws Exception {
        ScriptedPeer.Connection connection = connect();
        Subscription shared = Subscription.of("$share/group/a/+", QoS.AT_MOST_ONCE);
        assertThrows(IllegalArgumentException.class, () -> shared.withNoLocal(true));
        client.subscribe(List.of(shared), message -> {});
        Subscribe asked = connection.expect(Subscribe.class);
        assertEquals(List.of(shared), asked.subscriptions());
        grant(connection, asked);
        int before = connection.bytes().length;
        client.unsubscribe("$share/group/a/+");
        connection.expect(Unsubscribe.class);
        WirePacket packet = WirePacket.from(connection.bytes(), before).get(0);
        packet.twoBytes();
        assertTrue(packet.properties().isEmpty());
        assertEquals("$share/group/a/+", packet.text());
        assertFalse(packet.hasMore());
    }

    @Clause({"MQTT-3.3.4-6"})
    @Test
    void aMessageThatIsPassedOnLeavesItsSubscriptionIdentifiersBehind() throws Exception {
        peer = peer(ProtocolVersion.MQTT_5);
        client = client(
                builder(peer, ProtocolVersion.MQTT_5).onMessage("#", message -> client.publish(message.message())));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false);
        get(connected);
        int before = connection.bytes().length;
        connection.send(new Publish(Message.of("a", QoS.AT_MOST_ONCE, "x"), 0, false, 0, List.of(5, 6)));
        connection.expect(Publish.class);
        WirePacket packet = WirePacket.from(connection.bytes(), before).get(0);
        assertEquals("a", packet.text());
        assertTrue(packet.properties().isEmpty());
        assertEquals(0x78, packet.oneByte());
    }
}
