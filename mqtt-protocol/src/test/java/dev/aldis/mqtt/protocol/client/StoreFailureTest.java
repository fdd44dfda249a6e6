package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ObservationOptions;
import dev.aldis.mqtt.api.PersistenceOptions;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublicationState;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.codec.PacketEncoder;
import dev.aldis.mqtt.protocol.codec.WireBuffer;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.UnsubAck;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A slow store holds back exactly what depends on it; a failing one loses nothing and is tried again. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class StoreFailureTest {

    private final ClientFixture fixture = new ClientFixture();
    private final HeldStore store = new HeldStore();

    @AfterEach
    void closeClients() {
        store.automatic = true;
        for (AppendCompletion held = store.appends.poll(); held != null; held = store.appends.poll()) {
            held.appended();
        }
        fixture.close();
    }

    /** A store whose batches are answered by the test, or at once when it is automatic. */
    private static final class HeldStore implements StoreProvider, SessionStore {

        final BlockingQueue<AppendCompletion> appends = new LinkedBlockingQueue<>();
        volatile boolean automatic;

        AppendCompletion next() throws InterruptedException {
            AppendCompletion completion = appends.poll(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (completion == null) {
                throw new AssertionError("Nothing was appended");
            }
            return completion;
        }

        @Override
        public String scheme() {
            return "held";
        }

        @Override
        public SessionStore open(StoreRequest request) {
            return this;
        }

        @Override
        public void append(ChangeBatch batch, AppendCompletion completion) {
            if (automatic) {
                completion.appended();
            } else {
                appends.add(completion);
            }
        }

        @Override
        public List<StoredRecord> scan(long fromKey, int limit) {
            return List.of();
        }

        @Override
        public void close() {}
    }

    private MqttClient client() {
        return fixture.client(fixture.builder().persistence(PersistenceOptions.of(store, URI.create("held:x"))));
    }

    private Link connected(MqttClient client) throws Exception {
        store.automatic = true;
        Link link = fixture.connected(client);
        // The record of the new session is written in the turn of CONNACK; QoS 0 shows that the turn is over.
        marker(client, link);
        store.automatic = false;
        return link;
    }

    private static void marker(MqttClient client, Link link) throws Exception {
        client.publish("marker", QoS.AT_MOST_ONCE, "");
        link.expect(Publish.class);
    }

    @Test
    void publishLeavesOnlyWhenStoredAndQos0DoesNotWait() throws Exception {
        MqttClient client = client();
        Link link = connected(client);
        Publication publication = client.publish("a", QoS.EXACTLY_ONCE, "x");
        AppendCompletion append = store.next();
        marker(client, link);
        assertNull(link.poll());
        assertTrue(!publication.stored().isDone());
        append.appended();
        ClientFixture.get(publication.stored());
        int identifier = link.expect(Publish.class).packetIdentifier();
        link.send(PubRec.success(identifier));
        AppendCompletion released = store.next();
        marker(client, link);
        assertNull(link.poll());
        released.appended();
        link.expect(PubRel.class);
    }

    @Test
    void whatArrivesWhileTheStoreIsBusySharesTheNextCommit() throws Exception {
        MqttClient client = client();
        connected(client);
        List<AppendCompletion> busy = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            client.publish("a", QoS.AT_LEAST_ONCE, "first");
            busy.add(store.next());
        }
        Publication last = client.publish("a", QoS.AT_LEAST_ONCE, "0");
        for (int i = 1; i < 100; i++) {
            last = client.publish("a", QoS.AT_LEAST_ONCE, Integer.toString(i));
        }
        ClientFixture.get(client.pendingPublications());
        assertNull(store.appends.peek());
        busy.get(0).appended();
        AppendCompletion shared = store.next();
        busy.get(1).appended();
        busy.get(2).appended();
        shared.appended();
        ClientFixture.get(last.stored());
        assertNull(store.appends.peek());
    }

    /** What is refused must not be found in the store later, not even what the store was given in that very moment. */
    @Test
    void whatIsAppendedBeforeTheClientKnowsOfAFailureIsNotWanted() throws Exception {
        Semaphore reached = new Semaphore(0);
        Semaphore go = new Semaphore(0);
        MqttClient client = fixture.client(fixture.builder()
                .persistence(PersistenceOptions.of(store, URI.create("held:x")))
                .observation(ObservationOptions.NONE.withPacketTrace(packet -> {
                    if (String.valueOf(packet).contains("'hold'")) {
                        reached.release();
                        go.acquireUninterruptibly();
                    }
                })));
        connected(client);
        Publication first = client.publish("a", QoS.AT_LEAST_ONCE, "x");
        AppendCompletion failing = store.next();
        assertTrue(failing.isWanted());
        client.publish("hold", QoS.AT_MOST_ONCE, "");
        reached.acquire();
        // These two are for one turn of the loop, which is then held before it appends.
        Publication second = client.publish("a", QoS.AT_LEAST_ONCE, "y");
        client.publish("hold", QoS.AT_MOST_ONCE, "");
        go.release();
        reached.acquire();
        failing.failed(new StoreException("disk full", (Throwable) null));
        go.release();
        AppendCompletion late = store.next();
        assertFalse(late.isWanted());
        assertInstanceOf(PublishException.class, ClientFixture.failure(first));
        assertInstanceOf(PublishException.class, ClientFixture.failure(second));
        late.failed(new StoreException("not wanted", (Throwable) null));

        AppendCompletion next = null;
        while (next == null) {
            client.publish("a", QoS.AT_LEAST_ONCE, "z");
            ClientFixture.get(client.pendingPublications());
            next = store.appends.poll();
        }
        assertTrue(next.isWanted());
        next.appended();
    }

    @Test
    void receivedExactlyOnceIsNotConfirmedBeforeItIsStored() throws Exception {
        MqttClient client = client();
        Link link = connected(client);
        link.send(new Publish(Message.of("a", QoS.EXACTLY_ONCE, "x"), 5, false, 0, List.of()));
        AppendCompletion append = store.next();
        marker(client, link);
        assertNull(link.poll());
        append.appended();
        assertEquals(5, link.expect(PubRec.class).packetIdentifier());
    }

    @Test
    void failingStoreRefusesNewMessagesAndWorksAgainAfterwards() throws Exception {
        MqttClient client = client();
        Link link = connected(client);
        Publication refused = client.publish("a", QoS.AT_LEAST_ONCE, "x");
        store.next().failed(new StoreException("disk full", (Throwable) null));
        Throwable failure = ClientFixture.failure(refused);
        assertInstanceOf(PublishException.class, failure);
        assertTrue(String.valueOf(failure.getMessage()).contains("disk full"), failure.toString());
        assertEquals(
                "disk full",
                fixture.await(ClientEvent.StoreFailed.class).cause().getMessage());

        store.automatic = true;
        Publication later = client.publish("a", QoS.AT_LEAST_ONCE, "y");
        while (later.handle((result, e) -> e != null).getNow(false)
                || ClientFixture.get(client.pendingPublications()).isEmpty()) {
            later = client.publish("a", QoS.AT_LEAST_ONCE, "y");
        }
        assertEquals("y", link.expect(Publish.class).message().payload().text());
    }

    @Test
    void messageFromTheServerSurvivesAFailedWrite() throws Exception {
        MqttClient client = client();
        Link link = connected(client);
        link.send(new Publish(Message.of("a", QoS.EXACTLY_ONCE, "x"), 5, false, 0, List.of()));
        store.next().failed(new StoreException("disk full", (Throwable) null));
        marker(client, link);
        assertNull(link.poll());
        store.next().appended();
        assertEquals(5, link.expect(PubRec.class).packetIdentifier());
    }

    /** What the server sent before UNSUBACK is for the handler, also if the store has not confirmed it by then. */
    @Test
    void whatArrivedBeforeTheAnswerToUnsubscribeStillGetsToItsHandler() throws Exception {
        MqttClient client = client();
        Link link = connected(client);
        BlockingQueue<String> handled = new LinkedBlockingQueue<>();
        CompletableFuture<?> subscribed = client.subscribe(
                "a", QoS.EXACTLY_ONCE, message -> handled.add(message.payload().text()));
        link.send(new SubAck(
                link.expect(Subscribe.class).packetIdentifier(), List.of(ReasonCode.GRANTED_QOS_2), Diagnostics.NONE));
        ClientFixture.get(subscribed);
        link.send(new Publish(Message.of("a", QoS.EXACTLY_ONCE, "x"), 5, false, 0, List.of()));
        AppendCompletion append = store.next();
        CompletableFuture<?> unsubscribed = client.unsubscribe("a");
        link.send(new UnsubAck(
                link.expect(Unsubscribe.class).packetIdentifier(), List.of(ReasonCode.SUCCESS), Diagnostics.NONE));
        ClientFixture.get(unsubscribed);
        assertNull(handled.peek());
        append.appended();
        assertEquals("x", handled.poll(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    /** Nor does it get what came behind the answer, whoever it came for, while it waits for what the store holds back. */
    @Test
    void whatArrivesWithTheAnswerToUnsubscribeOrLaterIsForOthersOnly() throws Exception {
        MqttClient client = client();
        BlockingQueue<String> handled = new LinkedBlockingQueue<>();
        client.onMessage("#", message -> handled.add("all " + message.payload().text()));
        Link link = connected(client);
        CompletableFuture<?> subscribed = client.subscribe(
                List.of(Subscription.of("a", QoS.EXACTLY_ONCE), Subscription.of("b", QoS.EXACTLY_ONCE)),
                message -> handled.add("own " + message.payload().text()));
        link.send(new SubAck(
                link.expect(Subscribe.class).packetIdentifier(),
                List.of(ReasonCode.GRANTED_QOS_2, ReasonCode.GRANTED_QOS_2),
                Diagnostics.NONE));
        ClientFixture.get(subscribed);
        link.send(new Publish(Message.of("a", QoS.EXACTLY_ONCE, "1"), 5, false, 0, List.of()));
        AppendCompletion append = store.next();
        CompletableFuture<?> unsubscribed = client.unsubscribe("a");
        PacketEncoder encoder = new PacketEncoder(ProtocolVersion.MQTT_5);
        WireBuffer together = new WireBuffer();
        encoder.encode(
                new UnsubAck(
                        link.expect(Unsubscribe.class).packetIdentifier(),
                        List.of(ReasonCode.SUCCESS),
                        Diagnostics.NONE),
                together);
        encoder.encode(new Publish(Message.of("a", QoS.AT_MOST_ONCE, "2"), 0, false, 0, List.of()), together);
        link.sendBytes(together.asByteBuffer());
        ClientFixture.get(unsubscribed);
        link.send(new Publish(Message.of("a", QoS.AT_MOST_ONCE, "3"), 0, false, 0, List.of()));
        link.send(new Publish(Message.of("b", QoS.AT_MOST_ONCE, "4"), 0, false, 0, List.of()));
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            seen.add(String.valueOf(handled.poll(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS)));
        }
        assertEquals(List.of("all 2", "all 3", "all 4", "own 4"), seen);
        append.appended();
        assertEquals("all 1", handled.poll(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals("own 1", handled.poll(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    /** Who lists what is pending takes a message over from the one who left it to the store, and must not forget him. */
    @Test
    void whoListsWhatIsPendingDoesNotSilenceWhoIsEnqueueingIt() throws Exception {
        MqttClient client = client();
        CompletableFuture<Void> stored = client.enqueue(Message.of("a", QoS.AT_LEAST_ONCE, "x"));
        AppendCompletion append = store.next();
        Publication listed = ClientFixture.get(client.pendingPublications()).get(0);
        assertEquals(PublicationState.QUEUED, listed.state());
        assertTrue(!listed.stored().isDone() && !stored.isDone());
        append.appended();
        ClientFixture.get(stored);
        ClientFixture.get(listed.stored());
        assertEquals(PublicationState.STORED, listed.state());
    }

    @Test
    void whoIsEnqueueingWhatWasListedHearsWhenTheStoreFails() throws Exception {
        MqttClient client = client();
        CompletableFuture<Void> stored = client.enqueue(Message.of("a", QoS.AT_LEAST_ONCE, "x"));
        AppendCompletion append = store.next();
        Publication listed = ClientFixture.get(client.pendingPublications()).get(0);
        store.automatic = true;
        append.failed(new StoreException("disk full", (Throwable) null));
        assertInstanceOf(PublishException.class, ClientFixture.failure(stored));
        assertInstanceOf(PublishException.class, ClientFixture.failure(listed));
    }
}
