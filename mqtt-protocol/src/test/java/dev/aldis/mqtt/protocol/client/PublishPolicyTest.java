package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.ObservationOptions;
import dev.aldis.mqtt.api.OfflineQos0;
import dev.aldis.mqtt.api.OverflowPolicy;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublicationState;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.QueuePolicy;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of messages for which there is no room, no connection or no time. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class PublishPolicyTest {

    private static final AtomicInteger STORES = new AtomicInteger();

    private final ClientFixture fixture = new ClientFixture();
    private String store = newStore();

    private static String newStore() {
        return "memory:policy-" + STORES.incrementAndGet();
    }

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    private MqttClientBuilder builder(QueuePolicy policy, int messages, long bytes) {
        return fixture.builder()
                .persistence(store)
                .queue(policy)
                .limits(ClientLimits.DEFAULT.withMaximumQueued(messages, bytes));
    }

    private MqttClient client(OverflowPolicy policy, int messages, long bytes) {
        return fixture.client(builder(QueuePolicy.DEFAULT.withOverflow(policy), messages, bytes));
    }

    private static Publication publish(MqttClient client, QoS qos, String payload) {
        return client.publish("t", qos, payload);
    }

    private static void assertEnds(PublicationState state, Publication publication) throws Exception {
        Throwable failure = ClientFixture.failure(publication);
        assertInstanceOf(PublishException.class, failure);
        assertEquals(state, publication.state(), failure::toString);
    }

    /** Connects, and answers all that comes until a message of the test's own. */
    private List<String> arrivals(MqttClient client) throws Exception {
        client.connect();
        Link link = fixture.server.acceptNext(false);
        List<String> arrived = new ArrayList<>();
        Publication last = null;
        while (true) {
            Publish publish = link.expect(Publish.class);
            if (publish.packetIdentifier() != 0) {
                link.send(PubAck.success(publish.packetIdentifier()));
            }
            String payload = publish.message().payload().text();
            if (payload.equals("last")) {
                assertNotNull(last, "It is of an earlier run");
                ClientFixture.get(last); // Before the client may be told to disconnect.
                return arrived;
            }
            arrived.add(payload);
            if (last == null) {
                link.awaitLoop(); // The acknowledgement has made room for it.
                last = publish(client, QoS.AT_LEAST_ONCE, "last");
            }
        }
    }

    // --- overflow

    @Test
    void newestIsRejectedAtTheLimitByCountAndNotBefore() throws Exception {
        MqttClient client = client(OverflowPolicy.REJECT_NEWEST, 3, 1_000);
        publish(client, QoS.AT_LEAST_ONCE, "1");
        publish(client, QoS.AT_MOST_ONCE, "2");
        Publication third = publish(client, QoS.EXACTLY_ONCE, "3");
        assertEnds(PublicationState.REFUSED, publish(client, QoS.AT_LEAST_ONCE, "4"));
        assertEnds(PublicationState.REFUSED, publish(client, QoS.AT_MOST_ONCE, "5"));
        ClientFixture.get(third.stored());
    }

    @Test
    void newestIsRejectedAtTheLimitByBytesAndNotBefore() throws Exception {
        MqttClient client = client(OverflowPolicy.REJECT_NEWEST, 100, 10);
        publish(client, QoS.AT_LEAST_ONCE, "12345");
        Publication fits = publish(client, QoS.AT_LEAST_ONCE, "67890");
        assertEnds(PublicationState.REFUSED, publish(client, QoS.AT_LEAST_ONCE, "x"));
        ClientFixture.get(publish(client, QoS.AT_LEAST_ONCE, "").stored());
        ClientFixture.get(fits.stored());
    }

    @ParameterizedTest
    @EnumSource
    void messageLargerThanTheWholeQueueIsRefusedAndDisplacesNothing(OverflowPolicy policy) throws Exception {
        MqttClient client = client(policy, 100, 10);
        Publication small = publish(client, QoS.AT_LEAST_ONCE, "1");
        for (QoS qos : QoS.values()) {
            assertEnds(PublicationState.REFUSED, publish(client, qos, "12345678901"));
        }
        ClientFixture.get(small.stored());
        assertEquals(PublicationState.STORED, small.state());
        assertTrue(
                client.tryPublish(Message.of("t", QoS.AT_LEAST_ONCE, "12345678901"))
                                .orElseThrow()
                                .handle((result, failure) -> failure)
                                .get()
                        instanceof PublishException);
    }

    @Test
    void oldestMakesRoomWhateverItsQos() throws Exception {
        MqttClient client = client(OverflowPolicy.DROP_OLDEST, 3, 1_000);
        Publication first = publish(client, QoS.AT_LEAST_ONCE, "1");
        Publication second = publish(client, QoS.AT_MOST_ONCE, "2");
        publish(client, QoS.AT_LEAST_ONCE, "3");
        publish(client, QoS.AT_LEAST_ONCE, "4");
        assertEnds(PublicationState.DROPPED, first);
        publish(client, QoS.AT_LEAST_ONCE, "5");
        assertEnds(PublicationState.DROPPED, second);
        assertEquals(List.of("3", "4", "5"), arrivals(client));
    }

    @Test
    void asManyOldOnesGoAsALargeNewOneNeeds() throws Exception {
        MqttClient client = client(OverflowPolicy.DROP_OLDEST, 100, 10);
        Publication first = publish(client, QoS.AT_LEAST_ONCE, "1234");
        Publication second = publish(client, QoS.AT_LEAST_ONCE, "5678");
        Publication third = publish(client, QoS.AT_LEAST_ONCE, "90");
        publish(client, QoS.AT_LEAST_ONCE, "abcdefgh");
        assertEnds(PublicationState.DROPPED, first);
        assertEnds(PublicationState.DROPPED, second);
        ClientFixture.get(third.stored());
        assertEquals(
                List.of("90", "abcdefgh"),
                ClientFixture.get(client.pendingPublications()).stream()
                        .map(pending -> pending.message().payload().text())
                        .toList());
    }

    @Test
    void whatIsInFlightDoesNotMakeRoom() throws Exception {
        MqttClient client = client(OverflowPolicy.DROP_OLDEST, 2, 1_000);
        client.connect();
        Link link = fixture.server.acceptNext(false);
        publish(client, QoS.AT_LEAST_ONCE, "1");
        publish(client, QoS.AT_LEAST_ONCE, "2");
        Publish first = link.expect(Publish.class);
        link.expect(Publish.class);
        assertEnds(PublicationState.REFUSED, publish(client, QoS.AT_LEAST_ONCE, "3"));
        link.send(PubAck.success(first.packetIdentifier()));
    }

    @Test
    void oldestInTheStoreOnlyMakesRoomAsWell() throws Exception {
        int limit = 6_000;
        MqttClient client = client(OverflowPolicy.DROP_OLDEST, limit, 1 << 20);
        int all = 3 * limit;
        for (int i = 0; i < all; i++) {
            CompletableFuture<Void> stored = client.enqueue(Message.of("t", QoS.AT_LEAST_ONCE, "" + i));
            if (i % limit == limit - 1) {
                ClientFixture.get(stored); // So only what is stored is dropped next, and told in order.
            }
        }
        for (int i = 0; i < all - limit; i++) {
            ClientEvent.PublicationEnded ended = fixture.await(ClientEvent.PublicationEnded.class);
            assertEquals(PublicationState.DROPPED, ended.state());
            assertEquals("" + i, ended.message().payload().text());
        }
        List<Publication> left = ClientFixture.get(client.pendingPublications());
        assertEquals(limit, left.size());
        assertEquals("" + (all - limit), left.get(0).message().payload().text());
    }

    @Test
    void qos0MakesRoomFirstAndIsNotTakenForAnother() throws Exception {
        MqttClient client = client(OverflowPolicy.DROP_QOS_0_FIRST, 3, 1_000);
        publish(client, QoS.AT_LEAST_ONCE, "1");
        Publication second = publish(client, QoS.AT_MOST_ONCE, "2");
        publish(client, QoS.EXACTLY_ONCE, "3");
        publish(client, QoS.AT_LEAST_ONCE, "4");
        assertEnds(PublicationState.DROPPED, second);
        assertEnds(PublicationState.REFUSED, publish(client, QoS.AT_LEAST_ONCE, "5"));
        assertEnds(PublicationState.REFUSED, publish(client, QoS.AT_MOST_ONCE, "6"));
    }

    @Test
    void nothingIsDroppedInVain() throws Exception {
        MqttClient client = client(OverflowPolicy.DROP_QOS_0_FIRST, 100, 10);
        Publication kept = publish(client, QoS.AT_LEAST_ONCE, "123456");
        Publication first = publish(client, QoS.AT_MOST_ONCE, "78");
        Publication second = publish(client, QoS.AT_MOST_ONCE, "90");
        assertEnds(PublicationState.REFUSED, publish(client, QoS.AT_LEAST_ONCE, "abcde"));
        assertFalse(first.isDone() || second.isDone());
        ClientFixture.get(publish(client, QoS.AT_LEAST_ONCE, "abcd").stored());
        assertEnds(PublicationState.DROPPED, first);
        assertEnds(PublicationState.DROPPED, second);
        assertEquals(PublicationState.STORED, kept.state());
    }

    @Test
    void whatWaitsForRoomIsTakenInOrderAsSoonAsThereIsSome() throws Exception {
        MqttClient client = client(OverflowPolicy.WAIT, 2, 1_000);
        publish(client, QoS.AT_LEAST_ONCE, "1");
        Publication second = publish(client, QoS.AT_LEAST_ONCE, "2");
        Publication third = publish(client, QoS.AT_LEAST_ONCE, "3");
        Publication fourth = publish(client, QoS.AT_LEAST_ONCE, "4");
        Publication fifth = publish(client, QoS.AT_LEAST_ONCE, "5");
        ClientFixture.get(second.stored());
        assertFalse(third.stored().isDone());
        assertEquals(PublicationState.QUEUED, third.state());
        fourth.cancel(false);
        assertEquals(List.of("1", "2", "3", "5"), arrivals(client));
        ClientFixture.get(third);
        ClientFixture.get(fifth);
        assertEquals(PublicationState.CANCELLED, fourth.state());
    }

    // --- QoS 0 without a connection

    @Test
    void qos0IsDroppedOfflineIfSoChosen() throws Exception {
        MqttClient client = fixture.client(builder(QueuePolicy.DEFAULT.withOfflineQos0(OfflineQos0.DROP), 100, 1_000));
        assertEnds(PublicationState.DROPPED, publish(client, QoS.AT_MOST_ONCE, "0"));
        publish(client, QoS.AT_LEAST_ONCE, "1");
        assertEquals(List.of("1"), arrivals(client));
        ClientFixture.get(publish(client, QoS.AT_MOST_ONCE, "online"));
    }

    @Test
    void qos0InMemoryWaitsForTheConnectionAndNotForTheNextRun() throws Exception {
        MqttClient first = fixture.client(builder(QueuePolicy.DEFAULT, 100, 1_000));
        Publication waits = publish(first, QoS.AT_MOST_ONCE, "0");
        assertEquals(List.of("0"), arrivals(first));
        ClientFixture.get(waits);
        ClientFixture.get(first.disconnect());
        publish(first, QoS.AT_MOST_ONCE, "lost");
        ClientFixture.get(publish(first, QoS.AT_LEAST_ONCE, "kept").stored());
        first.close();
        assertEquals(List.of("kept"), arrivals(fixture.client(builder(QueuePolicy.DEFAULT, 100, 1_000))));
    }

    @Test
    void qos0InTheStoreOutlivesTheRunAndIsSentOnce() throws Exception {
        QueuePolicy policy = QueuePolicy.DEFAULT.withOfflineQos0(OfflineQos0.KEEP_IN_STORE);
        MqttClient first = fixture.client(builder(policy, 100, 1_000));
        publish(first, QoS.AT_MOST_ONCE, "a");
        Publication second = publish(first, QoS.AT_MOST_ONCE, "b");
        ClientFixture.get(second.stored());
        assertEquals(PublicationState.STORED, second.state());
        first.close();
        MqttClient again = fixture.client(builder(policy, 100, 1_000));
        publish(again, QoS.AT_MOST_ONCE, "c");
        assertEquals(List.of("a", "b", "c"), arrivals(again));
        again.close();
        MqttClient third = fixture.client(builder(policy, 100, 1_000));
        publish(third, QoS.AT_LEAST_ONCE, "d");
        assertEquals(List.of("d"), arrivals(third));
    }

    // --- age

    @Test
    void messageThatIsTooOldIsDroppedAndReportedWithoutAConnection() throws Exception {
        MqttClient client =
                fixture.client(builder(QueuePolicy.DEFAULT.withMaximumAge(Duration.ofSeconds(2)), 100, 1_000));
        Publication awaited = publish(client, QoS.AT_LEAST_ONCE, "awaited");
        // From now on nobody waits for it, so its end is an event.
        ClientFixture.get(client.enqueue(
                Message.of("t", QoS.AT_LEAST_ONCE, "left"), PublishOptions.NONE.withApplicationKey("k")));
        assertEnds(PublicationState.EXPIRED, awaited);
        ClientEvent.PublicationEnded ended = fixture.await(ClientEvent.PublicationEnded.class);
        assertEquals(PublicationState.EXPIRED, ended.state());
        assertEquals("k", ended.applicationKey().orElseThrow());
        assertEquals(List.of(), ClientFixture.get(client.pendingPublications()));
    }

    /** Whether a message is in the store, and did not expire on its way there. */
    private static boolean isLeft(MqttClient client, Message message) throws Exception {
        return ClientFixture.get(client.enqueue(message).handle((nothing, failure) -> failure == null));
    }

    @Test
    void expiryCountsOverARestart() throws Exception {
        Message message = Message.of("t", QoS.AT_LEAST_ONCE, "short")
                .withProperties(
                        MessageProperties.builder().messageExpirySeconds(1).build());
        long beganNanos;
        boolean left;
        do {
            beganNanos = System.nanoTime();
            store = newStore();
            fixture.events.clear();
            MqttClient first = fixture.client(builder(QueuePolicy.DEFAULT, 100, 1_000));
            left = isLeft(first, message);
            first.close();
            // Where the machine stands still for that long, it may expire in the first run.
        } while (System.nanoTime() - beganNanos >= TimeUnit.SECONDS.toNanos(1));
        assertTrue(left);
        MqttClient second = fixture.client(builder(QueuePolicy.DEFAULT, 100, 1_000));
        publish(second, QoS.AT_LEAST_ONCE, "next");
        ClientEvent.PublicationEnded ended = fixture.await(ClientEvent.PublicationEnded.class);
        assertEquals(PublicationState.EXPIRED, ended.state());
        assertEquals(List.of("next"), arrivals(second));
    }

    // --- time-out

    @Test
    void timeOutTakesAnUnsentMessageOutOfTheQueueAndTheStore() throws Exception {
        MqttClient client = fixture.client(builder(QueuePolicy.DEFAULT, 100, 1_000));
        Publication publication = client.publish(
                Message.of("t", QoS.AT_LEAST_ONCE, "late"), PublishOptions.NONE.withTimeout(Duration.ofMillis(10)));
        assertEnds(PublicationState.TIMED_OUT, publication);
        publish(client, QoS.AT_LEAST_ONCE, "next");
        assertEquals(List.of("next"), arrivals(client));
    }

    @Test
    void timeOutOfASentMessageIsItsOneEnd() throws Exception {
        MqttClient client = fixture.client(
                builder(QueuePolicy.DEFAULT, 100, 1_000).observation(ObservationOptions.NONE.withPublications(true)));
        client.connect();
        Link link = fixture.server.acceptNext(false);
        Publication publication = client.publish(
                Message.of("t", QoS.AT_LEAST_ONCE, "slow"), PublishOptions.NONE.withTimeout(Duration.ofSeconds(2)));
        Publish publish = link.expect(Publish.class);
        assertEnds(PublicationState.TIMED_OUT, publication);
        link.send(PubAck.success(publish.packetIdentifier()));
        Publication next = publish(client, QoS.AT_LEAST_ONCE, "next");
        link.send(PubAck.success(link.expect(Publish.class).packetIdentifier()));
        ClientFixture.get(next);
        assertEquals(PublicationState.TIMED_OUT, publication.state());
        assertEquals(
                PublicationState.TIMED_OUT,
                fixture.await(ClientEvent.PublicationEnded.class).state());
        ClientEvent.PublicationEnded second = fixture.await(ClientEvent.PublicationEnded.class);
        assertEquals(PublicationState.COMPLETED, second.state());
        assertEquals("next", second.message().payload().text());
        assertEquals(List.of(), ClientFixture.get(client.pendingPublications()));
        assertNull(link.poll());
    }
}
