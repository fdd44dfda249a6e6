package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientClosedException;
import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.ClientState;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.PersistenceOptions;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublicationState;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Something that must not happen does: the client ends at once, tells everybody, and leaves store and server alone. */
@Timeout(60)
class OwnBugTest {

    private final ClientFixture fixture = new ClientFixture();
    private final BrokenStore store = new BrokenStore();
    private final RuntimeException bug = new IllegalStateException("cannot be");

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    /** Breaks its contract, which has nothing but {@link AppendCompletion#failed} for what goes wrong. */
    private final class BrokenStore implements StoreProvider, SessionStore {

        volatile boolean broken;
        volatile boolean closed;
        final AtomicInteger appends = new AtomicInteger();

        @Override
        public String scheme() {
            return "broken";
        }

        @Override
        public SessionStore open(StoreRequest request) {
            return this;
        }

        @Override
        public void append(ChangeBatch batch, AppendCompletion completion) {
            appends.incrementAndGet();
            if (broken) {
                throw bug;
            }
            completion.appended();
        }

        @Override
        public List<StoredRecord> scan(long fromKey, int limit) {
            return List.of();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void everybodyHearsOfItAndNothingIsStoredAnyMore() throws Exception {
        MqttClient client =
                fixture.client(fixture.builder().persistence(PersistenceOptions.of(store, URI.create("broken:x"))));
        Link link = fixture.connected(client);
        Publication sent = client.publish("a", QoS.AT_LEAST_ONCE, "sent");
        link.expect(Publish.class);
        CompletableFuture<?> subscribed = client.subscribe("b", QoS.AT_LEAST_ONCE, message -> {});
        link.expect(Subscribe.class);
        int before = store.appends.get();
        store.broken = true;
        Publication unsent = client.publish("a", QoS.AT_LEAST_ONCE, "unsent");
        for (CompletableFuture<?> open : List.of(unsent, sent, subscribed)) {
            assertCausedByTheBug(ClientFixture.failure(open));
        }
        assertEquals(PublicationState.CLOSED, unsent.state());
        client.close();
        assertEquals(ClientState.CLOSED, client.state());
        assertTrue(link.endedByClient);
        assertTrue(store.closed);
        assertEquals(before + 1, store.appends.get(), "Nothing is stored when nothing can be trusted");
        assertInstanceOf(ClientClosedException.class, ClientFixture.failure(client.connect()));
    }

    /** The message is known, and its record is due in the turn that follows. */
    @Test
    void whatWasBegunBeforeIsNotStoredEither() throws Exception {
        MqttClient client = fixture.client(fixture.builder()
                .persistence(PersistenceOptions.of(store, URI.create("broken:x")))
                .limits(ClientLimits.DEFAULT.withMaximumQueued(100, 1))
                .onMessage("#", message -> {}));
        Link link = fixture.connected(client);
        CompletableFuture<?> subscribed = client.subscribe("b", QoS.AT_LEAST_ONCE, message -> {});
        link.expect(Subscribe.class);
        int before = store.appends.get();
        link.bug = bug; // Of a pause, for which the message is large enough.
        Message large = Message.of(TopicName.of("a"), QoS.EXACTLY_ONCE, Payload.wrap(new byte[2 << 20]));
        link.send(new Publish(large, 1, false, 0, List.of()));
        assertCausedByTheBug(ClientFixture.failure(subscribed));
        client.close();
        assertEquals(before, store.appends.get());
    }

    @Test
    void evenIfClosingTheConnectionFailsAsWell() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        CompletableFuture<?> subscribed = client.subscribe("b", QoS.AT_LEAST_ONCE, message -> {});
        link.expect(Subscribe.class);
        link.bug = bug;
        Publication publication = client.publish("a", QoS.AT_LEAST_ONCE, "x");
        assertCausedByTheBug(ClientFixture.failure(publication));
        assertCausedByTheBug(ClientFixture.failure(subscribed));
        client.close();
        assertEquals(ClientState.CLOSED, client.state());
    }

    private void assertCausedByTheBug(Throwable failure) {
        assertInstanceOf(MqttException.class, failure);
        assertTrue(
                Stream.iterate(failure, Objects::nonNull, Throwable::getCause).anyMatch(cause -> cause == bug),
                failure::toString);
    }
}
