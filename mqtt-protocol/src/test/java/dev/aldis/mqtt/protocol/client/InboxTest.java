package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientClosedException;
import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.Delivery;
import dev.aldis.mqtt.api.Delivery.Outcome;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Inbox;
import dev.aldis.mqtt.api.InboxOptions;
import dev.aldis.mqtt.api.InboxOptions.Acknowledgement;
import dev.aldis.mqtt.api.InboxOptions.Overflow;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages that the application fetches. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class InboxTest {

    private static final Duration PATIENCE = Duration.ofSeconds(ClientFixture.PATIENCE_SECONDS);

    private final ClientFixture fixture = new ClientFixture();
    private final BlockingQueue<Object> signals = new LinkedBlockingQueue<>();

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    private static Publish qos1(int identifier) {
        return new Publish(
                Message.of("a", QoS.AT_LEAST_ONCE, Integer.toString(identifier)), identifier, false, 0, List.of());
    }

    private static Publish qos0(int number) {
        return new Publish(Message.of("a", QoS.AT_MOST_ONCE, Integer.toString(number)), 0, false, 0, List.of());
    }

    private static void marker(MqttClient client, Link link) throws Exception {
        client.publish("marker", QoS.AT_MOST_ONCE, "");
        link.expect(Publish.class);
    }

    private static String text(Optional<Delivery> delivery) {
        return delivery.orElseThrow().payload().text();
    }

    /** Writes down its signals; the test requests. */
    private final class Recorder implements Flow.Subscriber<Delivery> {
        private final Consumer<Delivery> taker;
        volatile Flow.Subscription subscription;

        Recorder(Consumer<Delivery> taker) {
            this.taker = taker;
        }

        @Override
        public void onSubscribe(Flow.Subscription value) {
            subscription = value;
        }

        @Override
        public void onNext(Delivery item) {
            signals.add(item);
            taker.accept(item);
        }

        @Override
        public void onError(Throwable failure) {
            signals.add(failure);
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }
    }

    private Object signal() throws InterruptedException {
        Object signal = signals.poll(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (signal == null) {
            throw new AssertionError("No signal came");
        }
        return signal;
    }

    private String nextText() throws InterruptedException {
        return assertInstanceOf(Delivery.class, signal()).payload().text();
    }

    @Test
    void whatIsNotFetchedIsNotAcknowledged() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Inbox inbox = client.newInbox(InboxOptions.DEFAULT);
        client.onMessage("#", inbox);
        Link link = fixture.connected(client);
        link.send(qos1(1));
        link.send(qos1(2));
        ClientFixture.until(() -> inbox.size() == 2);
        marker(client, link);
        assertNull(link.poll());
        Optional<Delivery> first = inbox.receive(PATIENCE);
        assertEquals("1", text(first));
        assertEquals(1, link.expect(PubAck.class).packetIdentifier());
        assertEquals(Outcome.TOO_LATE, first.orElseThrow().acknowledge());
        marker(client, link);
        assertNull(link.poll());
        assertEquals("2", text(inbox.receive(Duration.ZERO)));
        assertEquals(2, link.expect(PubAck.class).packetIdentifier());
        assertEquals(Optional.empty(), inbox.receive(Duration.ZERO));
        assertEquals(Optional.empty(), inbox.receive(Duration.ofMillis(1)));
    }

    @Test
    void whatIsFetchedCanBeAcknowledgedByHand() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Inbox inbox = client.newInbox(InboxOptions.DEFAULT.withAcknowledgement(Acknowledgement.BY_HAND));
        client.onMessage("#", inbox);
        Link link = fixture.connected(client);
        link.send(qos1(1));
        Delivery delivery = inbox.receive(PATIENCE).orElseThrow();
        marker(client, link);
        assertNull(link.poll());
        assertEquals(Outcome.TAKEN, delivery.acknowledge());
        assertEquals(1, link.expect(PubAck.class).packetIdentifier());
    }

    @Test
    void aThreadThatWaitsGetsTheMessageThatComes() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Inbox inbox = client.newInbox(InboxOptions.DEFAULT);
        Link link = fixture.connected(client);
        client.subscribe("a", QoS.AT_LEAST_ONCE, inbox);
        link.send(new SubAck(
                link.expect(Subscribe.class).packetIdentifier(), List.of(ReasonCode.GRANTED_QOS_1), Diagnostics.NONE));
        CompletableFuture<String> waiting = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                waiting.complete(text(inbox.receive(Duration.ofSeconds(Long.MAX_VALUE))));
            } catch (InterruptedException | RuntimeException e) {
                waiting.completeExceptionally(e);
            }
        });
        thread.start();
        link.send(qos1(1));
        assertEquals("1", ClientFixture.get(waiting));
        thread.join();
    }

    @Test
    void receivingOnTheEventLoopFailsAtOnce() throws Exception {
        MqttClient client = fixture.client(fixture.builder().handlerExecutor(Runnable::run));
        Inbox inbox = client.newInbox(InboxOptions.DEFAULT);
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        client.onMessage("#", message -> {
            try {
                outcome.complete(inbox.receive(PATIENCE));
            } catch (IllegalStateException e) {
                outcome.complete(e);
            }
        });
        Link link = fixture.connected(client);
        link.send(qos1(1));
        String message = assertInstanceOf(IllegalStateException.class, ClientFixture.get(outcome))
                .getMessage();
        assertTrue(message.contains("another thread"), message);
    }

    @Test
    void closingTheClientEndsTheWaitForAMessage() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Inbox inbox = client.newInbox(InboxOptions.DEFAULT);
        client.onMessage("#", inbox);
        fixture.connected(client);
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                outcome.complete(inbox.receive(PATIENCE));
            } catch (InterruptedException | RuntimeException e) {
                outcome.complete(e);
            }
        });
        thread.start();
        client.close();
        assertInstanceOf(ClientClosedException.class, ClientFixture.get(outcome));
        thread.join();
        assertThrows(ClientClosedException.class, () -> inbox.receive(Duration.ZERO));
        assertThrows(
                ClientClosedException.class,
                () -> client.newInbox(InboxOptions.DEFAULT).receive(Duration.ZERO));
    }

    @Test
    void aSubscriberGetsWhatItRequestsAndNoMore() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Inbox inbox = client.newInbox(InboxOptions.DEFAULT);
        client.onMessage("#", inbox);
        Recorder recorder = new Recorder(delivery -> {});
        inbox.subscribe(recorder);
        Link link = fixture.connected(client);
        for (int i = 1; i <= 4; i++) {
            link.send(qos1(i));
        }
        ClientFixture.until(() -> inbox.size() == 4);
        assertTrue(signals.isEmpty());
        recorder.subscription.request(1);
        assertEquals("1", nextText());
        assertEquals(1, link.expect(PubAck.class).packetIdentifier());
        recorder.subscription.request(2);
        assertEquals("2", nextText());
        assertEquals("3", nextText());
        assertEquals(2, link.expect(PubAck.class).packetIdentifier());
        assertEquals(3, link.expect(PubAck.class).packetIdentifier());
        assertThrows(IllegalStateException.class, () -> inbox.receive(Duration.ZERO));
        recorder.subscription.cancel();
        assertEquals("4", text(inbox.receive(PATIENCE)));
        assertTrue(signals.isEmpty());
    }

    @Test
    void aSecondSubscriberIsRefusedAndTheFirstCompletesWithTheClient() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Inbox inbox = client.newInbox(InboxOptions.DEFAULT);
        inbox.subscribe(new Recorder(delivery -> {}));
        inbox.subscribe(new Recorder(delivery -> {}));
        assertInstanceOf(IllegalStateException.class, signal());
        client.close();
        assertEquals("complete", signal());
    }

    @Test
    void whatASubscriberFailsAtStaysForTheNextOne() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Inbox inbox = client.newInbox(InboxOptions.DEFAULT);
        client.onMessage("#", inbox);
        Recorder failing = new Recorder(delivery -> {
            throw new IllegalStateException("not mine");
        });
        inbox.subscribe(failing);
        failing.subscription.request(10);
        Link link = fixture.connected(client);
        link.send(qos1(1));
        link.send(qos1(2));
        assertEquals("1", nextText());
        assertEquals(
                "not mine",
                fixture.await(ClientEvent.HandlerFailed.class).failure().getMessage());
        ClientFixture.until(() -> inbox.size() == 2);
        marker(client, link);
        assertNull(link.poll());
        Recorder next = new Recorder(delivery -> {});
        inbox.subscribe(next);
        next.subscription.request(Long.MAX_VALUE);
        assertEquals("1", nextText());
        assertEquals("2", nextText());
        assertEquals(1, link.expect(PubAck.class).packetIdentifier());
        assertEquals(2, link.expect(PubAck.class).packetIdentifier());
    }

    @Test
    void qos0BeyondTheLimitPausesReadingUntilHalfIsFetched() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Inbox inbox = client.newInbox(InboxOptions.DEFAULT.withMaximumQos0(10));
        client.onMessage("#", inbox);
        Link link = fixture.connected(client);
        for (int i = 0; i < 9; i++) {
            link.send(qos0(i));
        }
        ClientFixture.until(() -> inbox.size() == 9);
        marker(client, link);
        assertFalse(link.readingPaused);
        for (int i = 9; i < 12; i++) {
            link.send(qos0(i));
        }
        ClientFixture.until(() -> link.readingPaused);
        // What was read before is kept.
        ClientFixture.until(() -> inbox.size() == 12);
        for (int i = 0; i < 6; i++) {
            assertEquals(Integer.toString(i), text(inbox.receive(PATIENCE)));
        }
        marker(client, link);
        assertTrue(link.readingPaused, "6 are left");
        assertEquals("6", text(inbox.receive(PATIENCE)));
        ClientFixture.until(() -> !link.readingPaused);
        for (int i = 7; i < 12; i++) {
            assertEquals(Integer.toString(i), text(inbox.receive(PATIENCE)));
        }
        assertEquals(0, inbox.dropped());
    }

    @Test
    void aNewConnectionIsHeldBackTooAndClosingTheInboxEndsIt() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Inbox inbox = client.newInbox(InboxOptions.DEFAULT.withMaximumQos0(2));
        client.onMessage("#", inbox);
        Link link = fixture.connected(client);
        link.send(qos0(1));
        link.send(qos0(2));
        ClientFixture.until(() -> link.readingPaused);
        link.cut(null);
        Link second = fixture.server.acceptNext(true);
        ClientFixture.until(() -> second.readingPaused);
        inbox.close();
        ClientFixture.until(() -> !second.readingPaused);
        assertThrows(ClientClosedException.class, () -> inbox.receive(Duration.ZERO));
    }

    @Test
    void qos0BeyondTheLimitIsDroppedAndCountedIfAskedFor() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Inbox inbox = client.newInbox(InboxOptions.DEFAULT.withMaximumQos0(10).withOverflow(Overflow.DROP));
        client.onMessage("#", inbox);
        Link link = fixture.connected(client);
        for (int i = 0; i < 25; i++) {
            link.send(qos0(i));
        }
        link.send(qos1(1));
        ClientFixture.until(() -> inbox.size() == 11);
        assertEquals(15, inbox.dropped());
        assertFalse(link.readingPaused);
        for (int i = 0; i < 10; i++) {
            assertEquals(Integer.toString(i), text(inbox.receive(PATIENCE)));
        }
        assertEquals("1", text(inbox.receive(PATIENCE)), "QoS 1 is never dropped");
    }

    private static Publish large(int bytes, int userProperties) {
        MessageProperties.Builder properties = MessageProperties.builder();
        for (int i = 0; i < userProperties; i++) {
            properties.userProperty("", "");
        }
        Message message = Message.of("a", QoS.AT_MOST_ONCE, "x".repeat(bytes)).withProperties(properties.build());
        return new Publish(message, 0, false, 0, List.of());
    }

    @Test
    void manyBytesOfQos0PauseReadingHoweverFewMessagesTheyAre() throws Exception {
        ClientLimits limits = ClientLimits.DEFAULT.withMaximumQueued(100, 2 << 20);
        MqttClient client = fixture.client(fixture.builder().limits(limits));
        Inbox inbox = client.newInbox(InboxOptions.DEFAULT);
        client.onMessage("#", inbox);
        Link link = fixture.connected(client);
        link.send(large(1 << 20, 0));
        link.send(large((1 << 20) - 128, 0));
        ClientFixture.until(() -> inbox.size() == 2);
        marker(client, link);
        assertFalse(link.readingPaused);
        link.send(large(0, 1));
        ClientFixture.until(() -> link.readingPaused);
        inbox.receive(PATIENCE);
        ClientFixture.until(() -> !link.readingPaused);
    }

    @Test
    void bytesOfQos0BeyondTheLimitAreDroppedIfAskedFor() throws Exception {
        ClientLimits limits = ClientLimits.DEFAULT.withMaximumQueued(100, 1);
        MqttClient client = fixture.client(fixture.builder().limits(limits));
        Inbox inbox = client.newInbox(InboxOptions.DEFAULT.withOverflow(Overflow.DROP));
        client.onMessage("#", inbox);
        Link link = fixture.connected(client);
        for (int i = 0; i < 3; i++) {
            link.send(large(1 << 19, 0));
        }
        link.send(qos1(1));
        ClientFixture.until(() -> inbox.size() == 3);
        assertEquals(1, inbox.dropped(), "A mebibyte is kept, however low the limit is");
        inbox.receive(PATIENCE);
        link.send(large(1 << 19, 0));
        ClientFixture.until(() -> inbox.size() == 3);
        assertEquals(1, inbox.dropped());
    }

    @Test
    void whatAClosedInboxHasLeftGoesToOtherHandlers() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Inbox inbox = client.newInbox(InboxOptions.DEFAULT.withAcknowledgement(Acknowledgement.BY_HAND));
        client.onMessage("a", inbox);
        Link link = fixture.connected(client);
        link.send(qos1(1));
        link.send(qos1(2));
        link.send(qos1(3));
        Delivery first = inbox.receive(PATIENCE).orElseThrow();
        ClientFixture.until(() -> inbox.size() == 2);
        inbox.close();
        inbox.close();
        assertEquals(Outcome.TAKEN, first.acknowledge(), "It was fetched before");
        assertEquals(1, link.expect(PubAck.class).packetIdentifier());
        link.send(qos1(4));
        marker(client, link);
        assertNull(link.poll());
        BlockingQueue<String> others = new LinkedBlockingQueue<>();
        client.onMessage("a", message -> others.add(message.payload().text()));
        for (int i = 2; i <= 4; i++) {
            assertEquals(i, link.expect(PubAck.class).packetIdentifier());
        }
        assertEquals(List.of("2", "3", "4"), List.copyOf(others));
    }

    @Test
    void limitsAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> InboxOptions.DEFAULT.withMaximumQos0(0));
        assertThrows(IllegalArgumentException.class, () -> InboxOptions.DEFAULT.withMaximumQos0(1_000_001));
    }
}
