package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.Dispatch;
import dev.aldis.mqtt.api.HandlerFailurePolicy;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReceiveOptions;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages handled in parallel, by key. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class ParallelDispatchTest {

    private static final ReceiveOptions BY_TOPIC = ReceiveOptions.DEFAULT.withDispatch(Dispatch.byTopic(3));

    private final ClientFixture fixture = new ClientFixture();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    private static Publish qos1(int identifier, String topic) {
        return new Publish(
                Message.of(topic, QoS.AT_LEAST_ONCE, Integer.toString(identifier)), identifier, false, 0, List.of());
    }

    private static String text(ReceivedMessage message) {
        return message.topic() + " " + message.payload().text();
    }

    private static void marker(MqttClient client, Link link) throws Exception {
        client.publish("marker", QoS.AT_MOST_ONCE, "");
        link.expect(Publish.class);
    }

    @Test
    void eachKeyKeepsItsOrderAndTheServerGetsTheOrderOfArrival() throws Exception {
        int count = 2_000;
        Map<String, AtomicInteger> inside = new ConcurrentHashMap<>();
        Map<String, List<Integer>> orders = new ConcurrentHashMap<>();
        BlockingQueue<String> faults = new LinkedBlockingQueue<>();
        MqttClient client = fixture.client(fixture.builder().receive(BY_TOPIC).onMessage("#", message -> {
            AtomicInteger own = inside.computeIfAbsent(message.topic().text(), ignored -> new AtomicInteger());
            if (own.incrementAndGet() != 1) {
                faults.add("two at once for " + message.topic());
            }
            orders.computeIfAbsent(message.topic().text(), ignored -> new ArrayList<>())
                    .add(Integer.parseInt(message.payload().text()));
            own.decrementAndGet();
        }));
        Link link = fixture.connected(client);
        for (int i = 1; i <= count; i++) {
            // Receive Maximum: half of them at a time.
            link.send(qos1(i, "t/" + (i * 7919 % 13)));
            if (i % 1_000 == 0) {
                for (int k = i - 999; k <= i; k++) {
                    assertEquals(k, link.expect(PubAck.class).packetIdentifier());
                }
            }
        }
        assertTrue(faults.isEmpty(), faults::toString);
        assertEquals(13, orders.size());
        orders.forEach((topic, order) -> assertEquals(order.stream().sorted().toList(), order, topic));
    }

    @Test
    void differentKeysAreHandledAtTheSameTime() throws Exception {
        // Each waits for the other two: one after the other they would never end.
        CyclicBarrier together = new CyclicBarrier(3);
        MqttClient client = fixture.client(fixture.builder().receive(BY_TOPIC).onMessage("#", message -> {
            together.await(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }));
        Link link = fixture.connected(client);
        for (int i = 1; i <= 3; i++) {
            link.send(qos1(i, "t/" + i));
        }
        for (int i = 1; i <= 3; i++) {
            assertEquals(i, link.expect(PubAck.class).packetIdentifier());
        }
    }

    @Test
    void aSlowKeyHoldsBackNobodyUntilTheWindowIsFull() throws Exception {
        CompletableFuture<Void> end = new CompletableFuture<>();
        CountDownLatch others = new CountDownLatch(999);
        MqttClient client = fixture.client(fixture.builder().receive(BY_TOPIC).onMessage("#", message -> {
            if (message.topic().text().equals("slow")) {
                end.join();
            } else {
                others.countDown();
            }
        }));
        Link link = fixture.connected(client);
        // The window is a Receive Maximum of 1,000 messages, and the slow one is its first.
        link.send(qos1(1, "slow"));
        for (int i = 2; i <= 1_000; i++) {
            link.send(qos1(i, "t/" + i % 5));
        }
        assertTrue(others.await(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS));
        marker(client, link);
        assertNull(link.poll(), "Acknowledgements stay in the order of arrival");
        end.complete(null);
        for (int i = 1; i <= 1_000; i++) {
            assertEquals(i, link.expect(PubAck.class).packetIdentifier());
        }
    }

    @Test
    void theKeyFunctionDecidesAndItsFailureFallsBackToTheTopic() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        MqttClient client = fixture.client(fixture.builder()
                .receive(ReceiveOptions.DEFAULT.withDispatch(Dispatch.byKey(3, message -> {
                    if (message.topic().text().startsWith("none")) {
                        throw new IllegalStateException("no key");
                    }
                    return message.topic().text().substring(0, 1);
                })))
                .onMessage("#", message -> {
                    seen.add(message.payload().text());
                    if (message.topic().text().startsWith("none")) {
                        together.await(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
                    }
                }));
        Link link = fixture.connected(client);
        for (int i = 1; i <= 50; i++) {
            link.send(qos1(i, "a" + i));
        }
        for (int i = 1; i <= 50; i++) {
            link.expect(PubAck.class);
            assertEquals(Integer.toString(i), seen.get(i - 1));
        }
        link.send(qos1(51, "none/1"));
        link.send(qos1(52, "none/2"));
        link.expect(PubAck.class);
        link.expect(PubAck.class);
    }

    @Test
    void aFailingKeyPausesAloneAndGetsItsMessageAgain() throws Exception {
        CompletableFuture<Void> repaired = new CompletableFuture<>();
        MqttClient client = fixture.client(fixture.builder().receive(BY_TOPIC).onMessage("#", message -> {
            if (message.topic().text().equals("bad") && !repaired.isDone()) {
                throw new IllegalStateException("not now");
            }
            seen.add(text(message) + (message.redelivered() ? " again" : ""));
        }));
        Link link = fixture.connected(client);
        link.send(qos1(1, "good"));
        assertEquals(1, link.expect(PubAck.class).packetIdentifier());
        link.send(qos1(2, "bad"));
        link.send(qos1(3, "bad"));
        fixture.await(ClientEvent.HandlerFailed.class);
        link.send(qos1(4, "good"));
        ClientFixture.until(() -> seen.contains("good 4"));
        repaired.complete(null);
        for (int i = 2; i <= 4; i++) {
            assertEquals(i, link.expect(PubAck.class).packetIdentifier());
        }
        assertEquals(List.of("good 1", "good 4", "bad 2 again", "bad 3"), seen);
    }

    @Test
    void stopEndsAllKeysAndConnectGoesOnWithAllOfThem() throws Exception {
        CompletableFuture<Void> repaired = new CompletableFuture<>();
        MqttClient client = fixture.client(fixture.builder()
                .receive(BY_TOPIC)
                .handlerFailure(HandlerFailurePolicy.STOP)
                .onMessage("#", message -> {
                    if (!repaired.isDone()) {
                        throw new IllegalStateException("broken");
                    }
                    seen.add(text(message));
                }));
        Link link = fixture.connected(client);
        // Together, since the failure of the first ends the connection.
        link.send(qos1(1, "a"), qos1(2, "a"));
        fixture.await(ClientEvent.HandlerFailed.class);
        link.expect(Disconnect.class);
        fixture.await(ClientEvent.Stopped.class);
        assertTrue(seen.isEmpty());
        repaired.complete(null);
        CompletableFuture<?> again = client.connect();
        fixture.server.acceptNext(true);
        ClientFixture.get(again);
        ClientFixture.until(() -> seen.size() >= 2);
        assertEquals(List.of("a 1", "a 2"), seen);
    }

    @Test
    void onTheEventLoopItWorksToo() throws Exception {
        MqttClient client = fixture.client(fixture.builder()
                .receive(BY_TOPIC)
                .handlerExecutor(Runnable::run)
                .onMessage("#", message -> {
                    seen.add(text(message));
                }));
        Link link = fixture.connected(client);
        link.send(qos1(1, "a"));
        link.send(qos1(2, "b"));
        link.expect(PubAck.class);
        link.expect(PubAck.class);
        assertEquals(List.of("a 1", "b 2"), seen);
    }

    @Test
    void aClosedClientWaitsForTheHandlersThatRun() throws Exception {
        CountDownLatch started = new CountDownLatch(2);
        CompletableFuture<Void> end = new CompletableFuture<>();
        MqttClient client = fixture.client(fixture.builder().receive(BY_TOPIC).onMessage("#", message -> {
            started.countDown();
            end.join();
            seen.add(text(message));
        }));
        Link link = fixture.connected(client);
        link.send(qos1(1, "a"));
        link.send(qos1(2, "b"));
        assertTrue(started.await(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS));
        CompletableFuture<Void> closed = client.closeAsync();
        link.expect(Disconnect.class);
        end.complete(null);
        ClientFixture.get(closed);
        assertEquals(2, seen.size());
    }

    @Test
    void parallelismHasALimit() {
        assertThrows(IllegalArgumentException.class, () -> Dispatch.byTopic(0));
        assertThrows(IllegalArgumentException.class, () -> Dispatch.byTopic(1_025));
    }
}
