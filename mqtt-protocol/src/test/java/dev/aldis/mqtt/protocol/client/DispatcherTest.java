package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.HandlerFailurePolicy;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReceiveOptions;
import dev.aldis.mqtt.api.UnmatchedPolicy;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to messages that nobody or a failing handler takes. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class DispatcherTest {

    private final ClientFixture fixture = new ClientFixture();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    private static Publish qos1(int identifier, String topic, String text) {
        return new Publish(Message.of(topic, QoS.AT_LEAST_ONCE, text), identifier, false, 0, List.of());
    }

    /** Proves that everything handed to the client before has been dealt with on the loop. */
    private static void marker(MqttClient client, Link link) throws Exception {
        client.publish("marker", QoS.AT_MOST_ONCE, "");
        link.expect(Publish.class);
    }

    @Test
    void failedHandlerGetsTheMessageAgainMarkedAndBeforeAllOthers() throws Exception {
        MqttClient client = fixture.client(fixture.builder().onMessage("#", message -> {
            seen.add(message.payload().text() + (message.redelivered() ? " again" : ""));
            if (message.payload().text().equals("1") && !message.redelivered()) {
                throw new IllegalStateException("not now");
            }
        }));
        Link link = fixture.connected(client);
        link.send(qos1(1, "a", "1"));
        link.send(qos1(2, "a", "2"));
        assertEquals(
                "not now",
                fixture.await(ClientEvent.HandlerFailed.class).failure().getMessage());
        assertEquals(1, link.expect(PubAck.class).packetIdentifier());
        assertEquals(2, link.expect(PubAck.class).packetIdentifier());
        assertEquals(List.of("1", "1 again", "2"), seen);
    }

    @Test
    void skippedMessageIsAcknowledged() throws Exception {
        MqttClient client = fixture.client(
                fixture.builder().handlerFailure(HandlerFailurePolicy.SKIP).onMessage("#", message -> {
                    throw new IllegalStateException("never");
                }));
        Link link = fixture.connected(client);
        link.send(qos1(1, "a", "1"));
        assertEquals(1, link.expect(PubAck.class).packetIdentifier());
        fixture.await(ClientEvent.HandlerFailed.class);
    }

    @Test
    void stopDisconnectsWithoutAcknowledgingAndGoesOnAtConnect() throws Exception {
        CompletableFuture<Void> repaired = new CompletableFuture<>();
        MqttClient client = fixture.client(fixture.builder()
                .handlerFailure(HandlerFailurePolicy.STOP)
                .onMessage("#", message -> {
                    if (!repaired.isDone()) {
                        throw new IllegalStateException("broken");
                    }
                    seen.add(message.payload().text());
                }));
        Link link = fixture.connected(client);
        link.send(qos1(1, "a", "1"));
        fixture.await(ClientEvent.HandlerFailed.class);
        link.expect(dev.aldis.mqtt.protocol.packet.Disconnect.class);
        assertNull(link.poll());
        repaired.complete(null);
        CompletableFuture<?> again = client.connect();
        fixture.server.acceptNext(true);
        ClientFixture.get(again);
        fixture.await(ClientEvent.Connected.class);
        assertEquals(List.of("1"), seen);
    }

    @Test
    void messageWithoutHandlerIsHeldUntilOneComes() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        link.send(qos1(1, "a", "held"));
        assertEquals(
                "held",
                fixture.await(ClientEvent.Unmatched.class).message().payload().text());
        marker(client, link);
        assertNull(link.poll());
        client.subscribe(
                "a", QoS.AT_LEAST_ONCE, message -> seen.add(message.payload().text()));
        link.send(new SubAck(
                link.expect(Subscribe.class).packetIdentifier(), List.of(ReasonCode.GRANTED_QOS_1), Diagnostics.NONE));
        assertEquals(1, link.expect(PubAck.class).packetIdentifier());
        assertEquals(List.of("held"), seen);
    }

    @Test
    void heldMessagesGoOnBehindOneWhoseNewHandlerFails() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        for (int i = 1; i <= 3; i++) {
            link.send(qos1(i, "a", "held " + i));
            fixture.await(ClientEvent.Unmatched.class);
        }
        client.subscribe("a", QoS.AT_LEAST_ONCE, message -> {
            seen.add(message.payload().text());
            if (message.payload().text().equals("held 2") && !message.redelivered()) {
                throw new IllegalStateException("not now");
            }
        });
        link.expect(Subscribe.class);
        for (int i = 1; i <= 3; i++) {
            assertEquals(i, link.expect(PubAck.class).packetIdentifier());
        }
        assertEquals(List.of("held 1", "held 2", "held 2", "held 3"), seen);
    }

    @Test
    void qos0MessagesWithoutAHandlerAreHeldUpToTheirLimit() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        for (int i = 0; i < 1_100; i++) {
            link.send(new Publish(Message.of("a", QoS.AT_MOST_ONCE, "m" + i), 0, false, 0, List.of()));
        }
        for (int i = 0; i < 1_100; i++) {
            fixture.await(ClientEvent.Unmatched.class);
        }
        client.subscribe(
                "a", QoS.AT_LEAST_ONCE, message -> seen.add(message.payload().text()));
        link.expect(Subscribe.class);
        link.send(qos1(1, "a", "last"));
        link.expect(PubAck.class);
        assertEquals(1_001, seen.size());
        assertEquals("m999", seen.get(999));
        assertEquals("last", seen.get(1_000));
    }

    @Test
    void unmatchedMessageGoesToTheHandlerForThem() throws Exception {
        MqttClient client = fixture.client(fixture.builder()
                .onMessage("mine", message -> seen.add("mine"))
                .onUnmatched(message -> seen.add("other " + message.topic())));
        Link link = fixture.connected(client);
        link.send(qos1(1, "a", ""));
        link.send(qos1(2, "mine", ""));
        link.expect(PubAck.class);
        link.expect(PubAck.class);
        assertEquals(List.of("other a", "mine"), seen);
        assertTrue(fixture.events.stream().noneMatch(ClientEvent.Unmatched.class::isInstance));
    }

    @Test
    void unmatchedMessageIsRefusedIfAskedFor() throws Exception {
        MqttClient client =
                fixture.client(fixture.builder().receive(ReceiveOptions.DEFAULT.withUnmatched(UnmatchedPolicy.REFUSE)));
        Link link = fixture.connected(client);
        link.send(qos1(1, "a", ""));
        assertEquals(
                ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                link.expect(PubAck.class).reasonCode());
        link.send(new Publish(Message.of("a", QoS.EXACTLY_ONCE, ""), 2, false, 0, List.of()));
        assertEquals(
                ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                link.expect(PubRec.class).reasonCode());
        fixture.await(ClientEvent.Unmatched.class);
    }

    @Test
    void unmatchedMessageIsAcknowledgedIfAskedFor() throws Exception {
        MqttClient client = fixture.client(
                fixture.builder().receive(ReceiveOptions.DEFAULT.withUnmatched(UnmatchedPolicy.ACKNOWLEDGE)));
        Link link = fixture.connected(client);
        link.send(qos1(1, "a", ""));
        assertEquals(PubAck.success(1), link.expect(PubAck.class));
        fixture.await(ClientEvent.Unmatched.class);
    }

    @Test
    void failureIsARefusalIfAskedFor() throws Exception {
        MqttClient client = fixture.client(fixture.builder()
                .handlerFailure(HandlerFailurePolicy.REFUSE)
                .onMessage("#", message -> {
                    if (message.topic().text().equals("a")) {
                        throw new MqttException("not text", ReasonCode.PAYLOAD_FORMAT_INVALID);
                    }
                    throw new StackOverflowError();
                }));
        Link link = fixture.connected(client);
        link.send(qos1(1, "a", ""));
        assertEquals(
                ReasonCode.PAYLOAD_FORMAT_INVALID, link.expect(PubAck.class).reasonCode());
        link.send(new Publish(Message.of("b", QoS.EXACTLY_ONCE, ""), 2, false, 0, List.of()));
        assertEquals(ReasonCode.UNSPECIFIED_ERROR, link.expect(PubRec.class).reasonCode());
        fixture.await(ClientEvent.HandlerFailed.class);
    }

    @Test
    void earlierVersionsCannotBeAskedToRefuseNorAServerThatMayChooseOne() {
        List<UnaryOperator<MqttClientBuilder>> versions = List.of(
                builder -> builder.protocolVersion(ProtocolVersion.MQTT_3_1_1), MqttClientBuilder::protocolVersionAuto);
        for (UnaryOperator<MqttClientBuilder> version : versions) {
            for (MqttClientBuilder asked : List.of(
                    fixture.builder().handlerFailure(HandlerFailurePolicy.REFUSE),
                    fixture.builder().receive(ReceiveOptions.DEFAULT.withUnmatched(UnmatchedPolicy.REFUSE)),
                    fixture.builder().receive(ReceiveOptions.DEFAULT.withRefusal(true)))) {
                MqttClientBuilder set = version.apply(asked);
                String message = assertThrows(IllegalStateException.class, () -> fixture.client(set))
                        .getMessage();
                assertTrue(message.contains("needs MQTT 5.0"), message);
            }
            fixture.client(version.apply(fixture.builder()));
        }
    }

    @Test
    void aHandlerThatTakesLongDoesNotHoldBackAcknowledgementsOfThoseBefore() throws Exception {
        CompletableFuture<Void> end = new CompletableFuture<>();
        MqttClient client = fixture.client(fixture.builder().onMessage("#", message -> {
            if (message.payload().text().equals("slow")) {
                end.join();
            }
        }));
        Link link = fixture.connected(client);
        for (int i = 1; i < 10; i++) {
            link.send(qos1(i, "a", "fast"));
        }
        link.send(qos1(10, "a", "slow"));
        for (int i = 1; i < 10; i++) {
            assertEquals(i, link.expect(PubAck.class).packetIdentifier());
        }
        end.complete(null);
        assertEquals(10, link.expect(PubAck.class).packetIdentifier());
    }

    @Test
    void throwingListenerDisturbsNobody() throws Exception {
        MqttClient client = fixture.client(fixture.builder()
                .listener(event -> {
                    throw new IllegalStateException("listener");
                })
                .onMessage("#", message -> seen.add(message.payload().text())));
        Link link = fixture.connected(client);
        link.send(qos1(1, "a", "1"));
        assertEquals(1, link.expect(PubAck.class).packetIdentifier());
        assertEquals(List.of("1"), seen);
    }

    @Test
    void handlersMayRunOnTheEventLoopIfAskedTo() throws Exception {
        CompletableFuture<Boolean> refused = new CompletableFuture<>();
        CompletableFuture<MqttClient> self = new CompletableFuture<>();
        MqttClient client =
                fixture.client(fixture.builder().handlerExecutor(Runnable::run).onMessage("#", message -> {
                    try {
                        self.join().publish("b", QoS.AT_LEAST_ONCE, "reply").join();
                        refused.complete(false);
                    } catch (IllegalStateException e) {
                        refused.complete(true);
                    }
                }));
        self.complete(client);
        Link link = fixture.connected(client);
        link.send(qos1(1, "a", "1"));
        assertTrue(ClientFixture.get(refused));
        assertFalse(client.state() == dev.aldis.mqtt.api.ClientState.CLOSED);
    }

    @Test
    void messagesOfOneClientNeverRunAtTheSameTimeAndKeepTheirOrder() throws Exception {
        java.util.concurrent.atomic.AtomicInteger inside = new java.util.concurrent.atomic.AtomicInteger();
        CompletableFuture<Void> all = new CompletableFuture<>();
        MqttClient client = fixture.client(fixture.builder().onMessage("#", message -> {
            if (inside.incrementAndGet() != 1) {
                seen.add("two at once");
            }
            seen.add(message.payload().text());
            inside.decrementAndGet();
            if (seen.size() == 500) {
                all.complete(null);
            }
        }));
        Link link = fixture.connected(client);
        for (int i = 0; i < 500; i++) {
            link.send(qos1(i + 1, "a", Integer.toString(i)));
        }
        ClientFixture.get(all);
        for (int i = 0; i < 500; i++) {
            assertEquals(Integer.toString(i), seen.get(i));
        }
    }
}
