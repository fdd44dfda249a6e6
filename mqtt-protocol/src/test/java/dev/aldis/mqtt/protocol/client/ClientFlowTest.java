package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Checkpoint;
import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.ClientState;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublicationState;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.PublishResult;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.RequestException;
import dev.aldis.mqtt.api.SubscribeResult;
import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.UnsubAck;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class ClientFlowTest {

    private final ClientFixture fixture = new ClientFixture();

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    @Test
    void eachQosCompletesWithItsLastAcknowledgement() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        assertEquals(ClientState.CONNECTED, client.state());

        Publication qos0 = client.publish("a", QoS.AT_MOST_ONCE, "0");
        assertEquals(QoS.AT_MOST_ONCE, link.expect(Publish.class).message().qos());
        assertEquals(PublishResult.SUCCESS, ClientFixture.get(qos0));

        Publication qos1 = client.publish("a", QoS.AT_LEAST_ONCE, "1");
        int identifier1 = link.expect(Publish.class).packetIdentifier();
        assertEquals(PublicationState.SENT, qos1.state());
        assertFalse(qos1.isDone());
        link.send(PubAck.success(identifier1));
        assertEquals(PublishResult.SUCCESS, ClientFixture.get(qos1));

        Publication qos2 = client.publish("a", QoS.EXACTLY_ONCE, "2");
        int identifier2 = link.expect(Publish.class).packetIdentifier();
        link.send(PubRec.success(identifier2));
        assertEquals(identifier2, link.expect(PubRel.class).packetIdentifier());
        assertEquals(PublicationState.RELEASED, qos2.state());
        assertFalse(qos2.isDone());
        link.send(PubComp.success(identifier2));
        assertEquals(PublishResult.SUCCESS, ClientFixture.get(qos2));
        assertEquals(PublicationState.COMPLETED, qos2.state());
    }

    @Test
    void refusalByTheServerIsAResult() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        Publication publication = client.publish("a", QoS.AT_LEAST_ONCE, "x");
        Diagnostics diagnostics = Diagnostics.of("not you", List.of());
        link.send(new PubAck(link.expect(Publish.class).packetIdentifier(), ReasonCode.NOT_AUTHORIZED, diagnostics));
        PublishResult result = ClientFixture.get(publication);
        assertTrue(result.isError());
        assertEquals(new PublishResult(ReasonCode.NOT_AUTHORIZED, diagnostics), result);
    }

    @Test
    void messagesPublishedBeforeConnectingAreSentInOrderAfterwards() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        for (int i = 0; i < 20; i++) {
            client.publish("a", QoS.AT_LEAST_ONCE, "m" + i);
        }
        Link link = fixture.connected(client);
        for (int i = 0; i < 20; i++) {
            assertEquals("m" + i, link.expect(Publish.class).message().payload().text());
        }
    }

    @Test
    void receivedMessageIsAcknowledgedOnlyAfterItsHandlerHasReturned() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        CompletableFuture<Void> mayReturn = new CompletableFuture<>();
        CompletableFuture<String> seen = new CompletableFuture<>();
        CompletableFuture<SubscribeResult> subscribed = client.subscribe("a/#", QoS.EXACTLY_ONCE, message -> {
            seen.complete(message.payload().text());
            mayReturn.join();
        });
        Subscribe subscribe = link.expect(Subscribe.class);
        link.send(new SubAck(subscribe.packetIdentifier(), List.of(ReasonCode.GRANTED_QOS_2), Diagnostics.NONE));
        assertEquals(
                List.of(ReasonCode.GRANTED_QOS_2), ClientFixture.get(subscribed).reasonCodes());

        link.send(new Publish(Message.of("a/b", QoS.AT_LEAST_ONCE, "hello"), 7, false, 0, List.of()));
        assertEquals("hello", ClientFixture.get(seen));
        // A second packet goes all the way through the client, so an early PUBACK would have come before its answer.
        client.publish("x", QoS.AT_MOST_ONCE, "marker");
        link.expect(Publish.class);
        assertNull(link.poll());
        mayReturn.complete(null);
        assertEquals(7, link.expect(PubAck.class).packetIdentifier());
    }

    @Test
    void exactlyOnceIsHandedOverOnceHoweverOftenItIsSent() throws Exception {
        List<String> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        MqttClient client = fixture.client(fixture.builder()
                .onMessage("#", message -> seen.add(message.payload().text())));
        Link link = fixture.connected(client);
        Publish publish = new Publish(Message.of("a", QoS.EXACTLY_ONCE, "once"), 9, false, 0, List.of());
        link.send(publish);
        link.expect(PubRec.class);
        link.cut(null);
        Link second = fixture.server.acceptNext(true);
        second.send(new Publish(publish.message(), 9, true, 0, List.of()));
        second.expect(PubRec.class);
        second.send(PubRel.success(9));
        second.expect(PubComp.class);
        second.send(new Publish(Message.of("a", QoS.EXACTLY_ONCE, "next"), 9, false, 0, List.of()));
        second.expect(PubRec.class);
        second.send(PubRel.success(9));
        second.expect(PubComp.class);
        assertEquals(List.of("once", "next"), seen);
    }

    @Test
    void lostConnectionIsMadeAgainAndUnacknowledgedMessagesAreSentAgain() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        Publication publication = client.publish("a", QoS.AT_LEAST_ONCE, "x");
        int identifier = link.expect(Publish.class).packetIdentifier();
        link.cut(new java.io.IOException("the cable"));
        assertTrue(fixture.await(ClientEvent.ConnectionLost.class)
                .cause()
                .getMessage()
                .contains("the cable"));
        Link second = fixture.server.acceptNext(true);
        Publish again = second.expect(Publish.class);
        assertTrue(again.duplicate());
        assertEquals(identifier, again.packetIdentifier());
        second.send(PubAck.success(identifier));
        ClientFixture.get(publication);
    }

    @Test
    void unsubscribedHandlerIsRemoved() throws Exception {
        List<String> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        MqttClient client = fixture.client(fixture.builder().onMessage("#", message -> seen.add("rest")));
        Link link = fixture.connected(client);
        CompletableFuture<?> subscribed = client.subscribe("a", QoS.AT_LEAST_ONCE, message -> seen.add("a"));
        link.send(new SubAck(
                link.expect(Subscribe.class).packetIdentifier(), List.of(ReasonCode.GRANTED_QOS_1), Diagnostics.NONE));
        ClientFixture.get(subscribed);
        link.send(new Publish(Message.of("a", QoS.AT_LEAST_ONCE, "1"), 1, false, 0, List.of()));
        link.expect(PubAck.class);
        CompletableFuture<?> unsubscribed = client.unsubscribe("a");
        Unsubscribe unsubscribe = link.expect(Unsubscribe.class);
        assertEquals(List.of(TopicFilter.of("a")), unsubscribe.topicFilters());
        link.send(new UnsubAck(unsubscribe.packetIdentifier(), List.of(ReasonCode.SUCCESS), Diagnostics.NONE));
        ClientFixture.get(unsubscribed);
        link.send(new Publish(Message.of("a", QoS.AT_LEAST_ONCE, "2"), 2, false, 0, List.of()));
        link.expect(PubAck.class);
        assertEquals(List.of("rest", "a", "rest"), seen);
    }

    @Test
    void aHandlerThatIsRegisteredBeforeTheAnswerToUnsubscribeStays() throws Exception {
        List<String> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        client.subscribe("a", QoS.AT_LEAST_ONCE, message -> seen.add("old"));
        CompletableFuture<?> unsubscribed = client.unsubscribe("a");
        CompletableFuture<?> subscribed = client.subscribe("a", QoS.AT_LEAST_ONCE, message -> seen.add("new"));
        int first = link.expect(Subscribe.class).packetIdentifier();
        int second = link.expect(Unsubscribe.class).packetIdentifier();
        int third = link.expect(Subscribe.class).packetIdentifier();
        link.send(new SubAck(first, List.of(ReasonCode.GRANTED_QOS_1), Diagnostics.NONE));
        link.send(new UnsubAck(second, List.of(ReasonCode.SUCCESS), Diagnostics.NONE));
        link.send(new SubAck(third, List.of(ReasonCode.GRANTED_QOS_1), Diagnostics.NONE));
        ClientFixture.get(unsubscribed);
        ClientFixture.get(subscribed);
        link.send(new Publish(Message.of("a", QoS.AT_LEAST_ONCE, "1"), 1, false, 0, List.of()));
        link.expect(PubAck.class);
        assertEquals(List.of("new"), seen);
    }

    @Test
    void subscribeWithoutConnectionFailsAndSaysSo() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Throwable failure = ClientFixture.failure(client.subscribe("a", QoS.AT_LEAST_ONCE, message -> {}));
        assertInstanceOf(RequestException.class, failure);
        assertTrue(String.valueOf(failure.getMessage()).startsWith("Not connected"), failure.toString());
    }

    @Test
    void fullQueueRefusesTheNewestMessageAndNamesTheLimit() throws Exception {
        MqttClient client = fixture.client(fixture.builder().limits(ClientLimits.DEFAULT.withMaximumQueued(2, 1000)));
        Publication first = client.publish("a", QoS.AT_LEAST_ONCE, "1");
        client.publish("a", QoS.EXACTLY_ONCE, "2");
        Publication third = client.publish("a", QoS.AT_LEAST_ONCE, "3");
        Throwable failure = ClientFixture.failure(third);
        assertInstanceOf(PublishException.class, failure);
        assertTrue(String.valueOf(failure.getMessage()).contains("the limit is 2"), failure.toString());
        assertEquals(PublicationState.REFUSED, third.state());
        assertFalse(first.isDone());
    }

    @Test
    void queuedMessageCanBeCancelledAndASentOneCannot() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Publication early = client.publish("a", QoS.AT_LEAST_ONCE, "early");
        early.cancel(false);
        assertThrows(java.util.concurrent.CancellationException.class, () -> ClientFixture.get(early));
        assertEquals(PublicationState.CANCELLED, early.state());
        Link link = fixture.connected(client);
        Publication late = client.publish("a", QoS.AT_LEAST_ONCE, "late");
        int identifier = link.expect(Publish.class).packetIdentifier();
        late.cancel(false);
        link.send(PubAck.success(identifier));
        assertEquals(PublishResult.SUCCESS, ClientFixture.get(late));
    }

    @Test
    void onlyTheClientCompletesAPublication() {
        MqttClient client = fixture.client(fixture.builder());
        Publication publication = client.publish("a", QoS.AT_LEAST_ONCE, "x");
        assertThrows(UnsupportedOperationException.class, () -> publication.complete(PublishResult.SUCCESS));
        assertThrows(
                UnsupportedOperationException.class,
                () -> publication.orTimeout(1, java.util.concurrent.TimeUnit.SECONDS));
    }

    @Test
    void waitingForAFutureOnTheEventLoopFailsAtOnce() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        Publication never = client.publish("a", QoS.AT_LEAST_ONCE, "never acknowledged");
        CompletableFuture<Throwable> caught = new CompletableFuture<>();
        CompletableFuture<Void> onLoop = client.publish("a", QoS.AT_LEAST_ONCE, "x")
                .thenAccept(result -> {
                    try {
                        never.join();
                    } catch (IllegalStateException e) {
                        caught.complete(e);
                    }
                });
        link.expect(Publish.class);
        link.send(PubAck.success(link.expect(Publish.class).packetIdentifier()));
        assertTrue(String.valueOf(ClientFixture.get(caught).getMessage()).contains("event loop"));
        ClientFixture.get(onLoop);
    }

    @Test
    void resultsCompleteOnTheExecutorThatWasNamed() throws Exception {
        ExecutorService results = Executors.newSingleThreadExecutor(task -> new Thread(task, "results"));
        try {
            MqttClient client = fixture.client(fixture.builder().resultExecutor(results));
            Link link = fixture.connected(client);
            CompletableFuture<String> thread = client.publish("a", QoS.AT_LEAST_ONCE, "x")
                    .thenApply(result -> Thread.currentThread().getName());
            link.send(PubAck.success(link.expect(Publish.class).packetIdentifier()));
            assertEquals("results", ClientFixture.get(thread));
        } finally {
            results.shutdown();
        }
    }

    @Test
    void whatAnEarlierVersionCannotCarryIsRefusedAtTheCall() {
        MqttClient client = fixture.client(fixture.builder().protocolVersion(ProtocolVersion.MQTT_3_1_1));
        Message message = Message.of("a", QoS.AT_LEAST_ONCE, "x")
                .withProperties(
                        MessageProperties.builder().contentType("text/plain").build());
        IllegalArgumentException failure = assertThrows(IllegalArgumentException.class, () -> client.publish(message));
        assertTrue(String.valueOf(failure.getMessage()).contains("MQTT_3_1_1"), failure.toString());
    }

    @Test
    void checkpointAndPendingMessagesAreReadBackByTheNextClient() throws Exception {
        String store = "memory:checkpoint-test";
        try (MqttClient first = fixture.client(fixture.builder().persistence(store))) {
            Publication publication = first.publish(
                    Message.of("a", QoS.EXACTLY_ONCE, "row 7"),
                    PublishOptions.NONE.withApplicationKey("key 7").withCheckpoint(Checkpoint.of("file", "7")));
            ClientFixture.get(publication.stored());
            assertEquals(PublicationState.STORED, publication.state());
            assertEquals(Payload.of("7"), first.checkpoint("file").orElseThrow());
        }
        MqttClient second = fixture.client(fixture.builder().persistence(store));
        assertArrayEquals(
                "7".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                second.checkpoint("file").orElseThrow().toByteArray());
        List<Publication> pending = ClientFixture.get(second.pendingPublications());
        assertEquals(1, pending.size());
        assertEquals("key 7", pending.get(0).applicationKey().orElseThrow());
        assertEquals("row 7", pending.get(0).message().payload().text());
        Link link = fixture.connected(second);
        int identifier = link.expect(Publish.class).packetIdentifier();
        link.send(PubRec.success(identifier));
        link.expect(PubRel.class);
        link.send(PubComp.success(identifier));
        assertEquals(PublishResult.SUCCESS, ClientFixture.get(pending.get(0)));
        assertTrue(ClientFixture.get(second.pendingPublications()).isEmpty());
    }

    @Test
    void checkpointWithQos0IsRefusedAtTheCall() {
        MqttClient client = fixture.client(fixture.builder());
        assertThrows(
                IllegalArgumentException.class,
                () -> client.publish(
                        Message.of("a", QoS.AT_MOST_ONCE, "x"),
                        PublishOptions.NONE.withCheckpoint(Checkpoint.of("file", "1"))));
    }

    @Test
    void aTimeOutIsNotForWhatIsLeftToTheStore() {
        MqttClient client = fixture.client(fixture.builder());
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class,
                () -> client.enqueue(
                        Message.of("a", QoS.AT_LEAST_ONCE, "x"),
                        PublishOptions.NONE.withTimeout(Duration.ofSeconds(1))));
        assertTrue(String.valueOf(failure.getMessage()).contains("publish"), failure.toString());
    }

    @Test
    void disconnectSaysGoodbyeAndConnectBeginsAgain() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        CompletableFuture<Void> disconnected = client.disconnect();
        assertEquals(ReasonCode.SUCCESS, link.expect(Disconnect.class).reasonCode());
        assertNull(ClientFixture.get(disconnected));
        assertEquals(ClientState.DISCONNECTED, client.state());
        assertTrue(client.negotiated().isEmpty());
        CompletableFuture<?> again = client.connect();
        Link second = fixture.server.nextLink();
        assertEquals("client", second.expect(Connect.class).clientIdentifier());
        second.cut(null);
        assertTrue(String.valueOf(ClientFixture.failure(again).getMessage()).contains("without answering CONNECT"));
    }

    @Test
    void readingPausesWhenTheApplicationDoesNotKeepUp() throws Exception {
        CompletableFuture<Void> mayReturn = new CompletableFuture<>();
        CompletableFuture<Void> all = new CompletableFuture<>();
        java.util.concurrent.atomic.AtomicInteger count = new java.util.concurrent.atomic.AtomicInteger();
        int messages = 10_000;
        MqttClient client = fixture.client(fixture.builder().onMessage("#", message -> {
            mayReturn.join();
            if (count.incrementAndGet() == messages) {
                all.complete(null);
            }
        }));
        Link link = fixture.connected(client);
        Publish publish = new Publish(Message.of("a", QoS.AT_MOST_ONCE, "x"), 0, false, 0, List.of());
        for (int i = 0; i < messages; i++) {
            link.send(publish);
        }
        ClientFixture.until(() -> link.readingPaused);
        mayReturn.complete(null);
        ClientFixture.get(all);
        ClientFixture.until(() -> !link.readingPaused);
    }
}
