package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Checkpoint;
import dev.aldis.mqtt.api.ClientClosedException;
import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublicationState;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A queue of which only the front is in memory, seen by an application. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class LongQueueTest {

    /** More than twice what is held in memory. */
    private static final int MANY = 10_000;

    private static final AtomicInteger STORES = new AtomicInteger();

    private final ClientFixture fixture = new ClientFixture();
    private final String store = "memory:long-queue-" + STORES.incrementAndGet();

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    private MqttClient client() {
        return fixture.client(fixture.builder().persistence(store));
    }

    private static void fill(MqttClient client) throws Exception {
        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        for (int i = 0; i < MANY; i++) {
            last = client.enqueue(
                    Message.of("t", QoS.AT_LEAST_ONCE, "" + i),
                    PublishOptions.NONE.withApplicationKey("key-" + i).withCheckpoint(Checkpoint.of("row", "" + i)));
        }
        ClientFixture.get(last);
    }

    private void expectAll(Link link, int from) throws InterruptedException {
        for (int i = from; i < MANY; i++) {
            Publish publish = link.expect(Publish.class);
            assertEquals("" + i, publish.message().payload().text());
            link.send(PubAck.success(publish.packetIdentifier()));
        }
    }

    @Test
    void queueGoesOutInOrderWithWhatIsPublishedBehindIt() throws Exception {
        MqttClient client = client();
        fill(client);
        Publication behind = client.publish("t", QoS.AT_LEAST_ONCE, "" + MANY);
        client.connect();
        Link link = fixture.server.acceptNext(false);
        expectAll(link, 0);
        Publish last = link.expect(Publish.class);
        assertEquals("" + MANY, last.message().payload().text());
        link.send(PubAck.success(last.packetIdentifier()));
        ClientFixture.get(behind);
        assertEquals(List.of(), ClientFixture.get(client.pendingPublications()));
    }

    @Test
    void restartFindsTheQueueItsCheckpointAndAMessageDeepInItByItsKey() throws Exception {
        MqttClient first = client();
        fill(first);
        first.close();
        MqttClient second = client();
        assertEquals("" + (MANY - 1), second.checkpoint("row").orElseThrow().text());
        List<Publication> found = ClientFixture.get(second.pendingPublications(
                message -> message.applicationKey().orElse("").equals("key-8000")));
        Publication awaited = found.get(0);
        assertEquals(1, found.size());
        assertEquals("8000", awaited.message().payload().text());
        assertEquals(PublicationState.STORED, awaited.state());
        second.connect();
        expectAll(fixture.server.acceptNext(false), 0);
        ClientFixture.get(awaited);
        assertEquals(PublicationState.COMPLETED, awaited.state());
    }

    @Test
    void allPendingMessagesAreListedInOrderAndTwiceTheSame() throws Exception {
        MqttClient first = client();
        fill(first);
        List<Publication> now = ClientFixture.get(first.pendingPublications());
        assertEquals(MANY, now.size());
        first.close();
        MqttClient second = client();
        List<Publication> later = ClientFixture.get(second.pendingPublications());
        for (int i = 0; i < MANY; i++) {
            assertEquals("key-" + i, now.get(i).applicationKey().orElseThrow());
            assertEquals("key-" + i, later.get(i).applicationKey().orElseThrow());
        }
        assertEquals(later, ClientFixture.get(second.pendingPublications()));
    }

    @Test
    void messageDeepInTheQueueCanBeCancelled() throws Exception {
        MqttClient client = client();
        fill(client);
        List<Publication> found = ClientFixture.get(client.pendingPublications(
                message -> !message.applicationKey().orElse("").equals("key-0")
                        && message.message().payload().text().endsWith("999")));
        assertEquals(10, found.size());
        for (Publication publication : found) {
            publication.cancel(false);
            assertThrows(CancellationException.class, () -> publication.get(60, TimeUnit.SECONDS));
        }
        assertEquals(MANY - 10, ClientFixture.get(client.pendingPublications()).size());
        client.connect();
        Link link = fixture.server.acceptNext(false);
        for (int i = 0; i < MANY; i++) {
            if (i % 1_000 != 999) {
                Publish publish = link.expect(Publish.class);
                assertEquals("" + i, publish.message().payload().text());
                link.send(PubAck.success(publish.packetIdentifier()));
            }
        }
    }

    @Test
    void limitsCountWhatIsInTheStoreOnly() throws Exception {
        MqttClient first = client();
        fill(first);
        first.close();
        MqttClient client = fixture.client(fixture.builder()
                .persistence(store)
                .limits(ClientLimits.DEFAULT.withMaximumQueued(MANY + 1, Long.MAX_VALUE)));
        // What an earlier run has left is counted in the background, so a few more may slip in.
        Throwable refusal = null;
        while (refusal == null) {
            refusal = client.enqueue(Message.of("t", QoS.AT_LEAST_ONCE, "one more"))
                    .handle((nothing, failure) -> failure)
                    .get(60, TimeUnit.SECONDS);
        }
        assertInstanceOf(PublishException.class, refusal);
        assertTrue(String.valueOf(refusal.getMessage()).contains("The queue is full"), refusal.toString());
    }

    @Test
    void failureOfThePredicateIsTold() throws Exception {
        MqttClient client = client();
        fill(client);
        assertInstanceOf(IllegalStateException.class, ClientFixture.failure(client.pendingPublications(message -> {
            throw new IllegalStateException("no");
        })));
    }

    @Test
    void enqueueAfterCloseFails() throws Exception {
        MqttClient client = client();
        client.close();
        assertInstanceOf(
                ClientClosedException.class,
                ClientFixture.failure(client.enqueue(Message.of("t", QoS.AT_LEAST_ONCE, "x"))));
    }
}
