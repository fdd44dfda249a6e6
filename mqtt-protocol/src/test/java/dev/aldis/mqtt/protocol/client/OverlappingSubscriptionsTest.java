package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReceiveOptions;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A message that matches several subscriptions reaches each handler once, whether the server sends one copy with several
 * Subscription Identifiers or several copies.
 */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class OverlappingSubscriptionsTest {

    private static final String TOPIC = "a/b";

    private ClientFixture fixture = new ClientFixture();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private int identifier;

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    private MessageHandler handler(String name) {
        return message -> seen.add(name + " " + message.payload().text());
    }

    /** Gives the Subscription Identifier. */
    private static int subscribe(MqttClient client, Link link, MessageHandler handler, String... filters)
            throws Exception {
        List<Subscription> subscriptions = new ArrayList<>();
        for (String filter : filters) {
            subscriptions.add(Subscription.of(filter, QoS.AT_LEAST_ONCE));
        }
        CompletableFuture<?> answer = client.subscribe(subscriptions, handler);
        Subscribe packet = link.expect(Subscribe.class);
        link.send(new SubAck(
                packet.packetIdentifier(),
                Collections.nCopies(filters.length, ReasonCode.GRANTED_QOS_1),
                Diagnostics.NONE));
        ClientFixture.get(answer);
        return packet.subscriptionIdentifier();
    }

    private void send(Link link, Message message, Integer... subscriptionIdentifiers) throws Exception {
        link.send(new Publish(message, ++identifier, false, 0, List.of(subscriptionIdentifiers)));
        assertEquals(identifier, link.expect(PubAck.class).packetIdentifier());
    }

    private static Message message(String text) {
        return Message.of(TOPIC, QoS.AT_LEAST_ONCE, text);
    }

    private List<String> taken() {
        List<String> taken = seen.stream().sorted().toList();
        seen.clear();
        return taken;
    }

    @Test
    void eachHandlerGetsOneCopyWithSeveralIdentifiersOnce() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        int one = subscribe(client, link, handler("one"), "a/#");
        int two = subscribe(client, link, handler("two"), "a/+");
        assertNotEquals(0, one);
        assertNotEquals(one, two);
        send(link, message("x"), one, two);
        assertEquals(List.of("one x", "two x"), taken());
        send(link, message("x"), two, one, two);
        assertEquals(List.of("one x", "two x"), taken(), "Identifiers may be repeated, in any order");
    }

    @Test
    void eachHandlerGetsItsCopyOfSeveral() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        int one = subscribe(client, link, handler("one"), "a/#");
        int two = subscribe(client, link, handler("two"), "a/+");
        for (int i = 0; i < 3; i++) {
            send(link, message("x"), one);
            send(link, message("x"), two);
            assertEquals(List.of("one x", "two x"), taken());
        }
        // It came for one of them only: the other was not subscribed when the server handed it on.
        send(link, message("y"), two);
        assertEquals(List.of("two y"), taken());
    }

    @Test
    void oneHandlerOfSeveralSubscriptionsGetsTheMessageOnce() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        MessageHandler both = handler("both");
        int one = subscribe(client, link, both, "a/#");
        int two = subscribe(client, link, both, "a/+");
        send(link, message("x"), one, two);
        assertEquals(List.of("both x"), taken());
        send(link, message("y"), one);
        send(link, message("y"), two);
        assertEquals(List.of("both y"), taken());
        // The same content again is another message, in whatever order the copies come.
        send(link, message("y"), two);
        send(link, message("y"), one);
        send(link, message("y"), two);
        send(link, message("y"), one);
        assertEquals(List.of("both y", "both y"), taken());
    }

    @Test
    void retainedMessagesOfEachSubscriptionAreHandedOver() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        MessageHandler both = handler("both");
        int one = subscribe(client, link, both, "a/#");
        int two = subscribe(client, link, both, "a/+");
        send(link, message("kept").withRetain(true), one);
        send(link, message("kept").withRetain(true), two);
        assertEquals(List.of("both kept", "both kept"), taken());
    }

    @Test
    void aHandlerForEverythingGetsEachMessageOnce() throws Exception {
        MqttClient client = fixture.client(fixture.builder().onMessage("#", handler("all")));
        Link link = fixture.connected(client);
        int one = subscribe(client, link, handler("one"), "a/#");
        int two = subscribe(client, link, handler("two"), "a/+");
        send(link, message("x"), one);
        send(link, message("x"), two);
        assertEquals(List.of("all x", "one x", "two x"), taken());
        send(link, message("y"), one, two);
        assertEquals(List.of("all y", "one y", "two y"), taken());
        send(link, Message.of("c", QoS.AT_LEAST_ONCE, "z"));
        assertEquals(List.of("all z"), taken());
    }

    @Test
    void withoutIdentifiersTheFiltersDecide() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        subscribe(client, link, handler("one"), "a/#");
        subscribe(client, link, handler("two"), "a/+");
        subscribe(client, link, handler("three"), "c");
        send(link, message("x"));
        assertEquals(List.of("one x", "two x"), taken());
        send(link, message("y"), 77);
        assertEquals(List.of("one y", "two y"), taken(), "An identifier of another time says nothing");
    }

    @Test
    void afterARestartTheHandlerIsFoundByTheIdentifierOfItsFilter() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        int one = subscribe(client, link, handler("one"), "a/#");
        int two = subscribe(client, link, handler("two"), "a/+");
        client.close();
        fixture.close();
        fixture = new ClientFixture();
        MqttClient next = fixture.client(
                fixture.builder().onMessage("a/#", handler("one again")).onMessage("a/+", handler("two again")));
        Link nextLink = fixture.connected(next);
        send(nextLink, message("x"), one, two);
        assertEquals(List.of("one again x", "two again x"), taken());
    }

    @Test
    void identifiersAreNotSentToAServerWithoutThem() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        ServerLimits limits = new ServerLimits(
                65_535, ServerLimits.NONE.maximumPacketSizeBytes(), 0, QoS.EXACTLY_ONCE, true, true, false, true);
        link.send(new ConnAck(
                false,
                ReasonCode.SUCCESS,
                new ConnAckProperties(-1, -1, null, limits, null, null, null, Diagnostics.NONE)));
        ClientFixture.get(connect);
        assertEquals(0, subscribe(client, link, handler("one"), "a/#"));
    }

    @Test
    void earlierVersionsHaveNoIdentifiers() throws Exception {
        fixture = new ClientFixture(new ScriptedServer(ProtocolVersion.MQTT_3_1_1));
        MqttClient client = fixture.client(fixture.builder().protocolVersion(ProtocolVersion.MQTT_3_1_1));
        Link link = fixture.connected(client);
        assertEquals(0, subscribe(client, link, handler("one"), "a/#"));
        subscribe(client, link, handler("two"), "a/+");
        send(link, message("x"));
        assertEquals(List.of("one x", "two x"), taken());
    }

    @Test
    void copiesThatCannotBeToldApartAreMergedIfAskedFor() throws Exception {
        MqttClient client = fixture.client(fixture.builder()
                .receive(ReceiveOptions.DEFAULT.withCopiesMerged(true))
                .onMessage("#", handler("all")));
        Link link = fixture.connected(client);
        int one = subscribe(client, link, handler("one"), "a/#");
        int two = subscribe(client, link, handler("two"), "a/+");
        for (int i = 0; i < 3; i++) {
            send(link, message("x"), one, two);
            assertEquals(List.of("all x", "one x", "two x"), taken());
            send(link, message("x"), one, two);
            assertEquals(List.of(), taken());
        }
        send(link, Message.of("a", QoS.AT_LEAST_ONCE, "x"), one);
        send(link, Message.of("a", QoS.AT_LEAST_ONCE, "x"), one);
        assertEquals(List.of("all x", "all x", "one x", "one x"), taken(), "It matches one subscription only");
    }

    @Test
    void subscribingAgainKeepsTheIdentifiers() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        int pair = subscribe(client, link, handler("one"), "a/#", "c");
        int two = subscribe(client, link, handler("two"), "a/+");
        link.cut(null);
        Link second = fixture.server.acceptNext(false);
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Subscribe packet = second.expect(Subscribe.class);
            packet.subscriptions().forEach(one -> asked.add(one.topicFilter() + " " + packet.subscriptionIdentifier()));
        }
        Collections.sort(asked);
        assertEquals(List.of("a/# " + pair, "a/+ " + two, "c " + pair), asked);
    }
}
