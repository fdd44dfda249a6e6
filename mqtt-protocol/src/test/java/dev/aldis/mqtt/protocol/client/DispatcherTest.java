package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.HandlerFailurePolicy;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to messages that nobody or a failing handler takes. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class DispatcherTest {

    private final ClientFixture fixture = new ClientFixture();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    private Link connected(MqttClient client) throws Exception {
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.acceptNext(false);
        ClientFixture.get(connect);
        return link;
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
        Link link = connected(client);
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
        Link link = connected(client);
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
        Link link = connected(client);
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
        Link link = connected(client);
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
    void throwingListenerDisturbsNobody() throws Exception {
        MqttClient client = fixture.client(fixture.builder()
                .listener(event -> {
                    throw new IllegalStateException("listener");
                })
                .onMessage("#", message -> seen.add(message.payload().text())));
        Link link = connected(client);
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
        Link link = connected(client);
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
        Link link = connected(client);
        for (int i = 0; i < 500; i++) {
            link.send(qos1(i + 1, "a", Integer.toString(i)));
        }
        ClientFixture.get(all);
        for (int i = 0; i < 500; i++) {
            assertEquals(Integer.toString(i), seen.get(i));
        }
    }
}
