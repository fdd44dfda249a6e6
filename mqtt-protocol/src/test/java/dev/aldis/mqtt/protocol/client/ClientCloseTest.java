package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientClosedException;
import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ClientState;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.PersistenceOptions;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProvider;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** close() in each state: every future ends, every thread goes. */
@Timeout(60)
class ClientCloseTest {

    private final ClientFixture fixture = new ClientFixture();

    @AfterEach
    void everyThreadIsGone() throws InterruptedException {
        fixture.close();
        assertEquals(0, fixture.server.loopsInUse.get());
        assertEquals(0, fixture.server.timersOpen.get(), "On a loop that others use a timer would outlive the client");
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("aldis-mqtt-handler")) {
                thread.join(Duration.ofSeconds(ClientFixture.PATIENCE_SECONDS).toMillis());
                assertTrue(!thread.isAlive(), thread + " is left");
            }
        }
    }

    @Test
    void beforeConnecting() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Publication waiting = client.publish("a", QoS.EXACTLY_ONCE, "x");
        client.close();
        assertInstanceOf(ClientClosedException.class, ClientFixture.failure(waiting));
        assertInstanceOf(
                ClientClosedException.class,
                ClientFixture.failure(waiting.stored().thenCompose(v -> waiting)));
        assertEquals(ClientState.CLOSED, client.state());
    }

    @Test
    void whileTheTransportConnects() throws Exception {
        fixture.server.accept(false);
        MqttClient client = fixture.client(fixture.builder());
        CompletableFuture<?> connect = client.connect();
        fixture.server.nextLink();
        client.close();
        assertInstanceOf(ClientClosedException.class, ClientFixture.failure(connect));
    }

    @Test
    void whileWaitingForConnack() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        client.close();
        assertInstanceOf(ClientClosedException.class, ClientFixture.failure(connect));
        assertTrue(link.endedByClient);
    }

    @Test
    void whileConnectedWithOpenRequests() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        Publication publication = client.publish("a", QoS.AT_LEAST_ONCE, "x");
        link.expect(Publish.class);
        CompletableFuture<?> subscribe = client.subscribe("a", QoS.AT_LEAST_ONCE, message -> {});
        link.expect(Subscribe.class);
        client.close();
        assertInstanceOf(ClientClosedException.class, ClientFixture.failure(publication));
        assertTrue(ClientFixture.failure(subscribe) instanceof dev.aldis.mqtt.api.MqttException);
    }

    @Test
    void whileWaitingToReconnect() throws Exception {
        MqttClient client = fixture.client(fixture.builder()
                .reconnect(ReconnectPolicy.DEFAULT.withDelays(Duration.ofHours(1), Duration.ofHours(1))));
        Link link = fixture.connected(client);
        link.cut(null);
        fixture.await(ClientEvent.Reconnecting.class);
        client.close();
        assertEquals(ClientState.CLOSED, client.state());
    }

    @Test
    void twiceAndByEverybodyAtOnce() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        fixture.connected(client);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(CompletableFuture.runAsync(client::close));
        }
        ClientFixture.get(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)));
        client.close();
        assertEquals(ClientState.CLOSED, client.state());
    }

    /** A store that cannot be closed. */
    private static final class Unclosable implements StoreProvider, SessionStore {

        private final Runnable atClose;

        Unclosable(Runnable atClose) {
            this.atClose = atClose;
        }

        @Override
        public String scheme() {
            return "unclosable";
        }

        @Override
        public SessionStore open(StoreRequest request) {
            return this;
        }

        @Override
        public void append(ChangeBatch batch, AppendCompletion completion) {
            completion.appended();
        }

        @Override
        public List<StoredRecord> scan(long fromKey, int limit) {
            return List.of();
        }

        @Override
        public void close() {
            atClose.run();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStoreThatCannotBeClosedIsToldToEachOneWhoCloses(boolean error) throws Exception {
        StoreException failure = new StoreException("disk gone", (Throwable) null);
        Unclosable store = new Unclosable(() -> {
            if (error) {
                throw new LinkageError("disk gone");
            }
            throw failure;
        });
        MqttClient client = fixture.unclosed(
                fixture.builder().persistence(PersistenceOptions.of(store, URI.create("unclosable:x"))));
        fixture.connected(client);
        for (int i = 0; i < 3; i++) {
            Throwable told = ClientFixture.failure(client.closeAsync());
            assertEquals("disk gone", told.getMessage());
            assertEquals(error, told instanceof LinkageError);
        }
        if (!error) {
            assertSame(failure, assertThrows(StoreException.class, client::close));
        }
        assertEquals(ClientState.CLOSED, client.state());
    }

    @Test
    void fromAHandler() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        CompletableFuture<MqttClient> self = new CompletableFuture<>();
        MqttClient client = fixture.client(fixture.builder().onMessage("#", message -> {
            self.join().close();
            closed.complete(null);
        }));
        self.complete(client);
        Link link = fixture.connected(client);
        link.send(new Publish(Message.of("a", QoS.AT_LEAST_ONCE, "x"), 1, false, 0, List.of()));
        ClientFixture.get(closed);
        assertEquals(ClientState.CLOSED, client.state());
    }

    @Test
    void waitsForTheHandlerThatRuns() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CompletableFuture<Void> mayReturn = new CompletableFuture<>();
        MqttClient client = fixture.client(fixture.builder().onMessage("#", message -> {
            entered.countDown();
            mayReturn.join();
        }));
        Link link = fixture.connected(client);
        link.send(new Publish(Message.of("a", QoS.AT_LEAST_ONCE, "x"), 1, false, 0, List.of()));
        entered.await();
        CompletableFuture<Void> closing = client.closeAsync();
        assertTrue(!closing.isDone());
        mayReturn.complete(null);
        ClientFixture.get(closing);
    }

    @Test
    void afterwardsEveryCallFails() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        client.close();
        assertInstanceOf(ClientClosedException.class, ClientFixture.failure(client.connect()));
        assertInstanceOf(
                ClientClosedException.class, ClientFixture.failure(client.publish("a", QoS.AT_LEAST_ONCE, "x")));
        assertInstanceOf(ClientClosedException.class, ClientFixture.failure(client.pendingPublications()));
        assertInstanceOf(ClientClosedException.class, ClientFixture.failure(client.disconnect()));
    }

    @Test
    void onTheEventLoopFailsInsteadOfWaitingForItself() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        CompletableFuture<Void> onLoop =
                client.connect().thenAccept(result -> assertThrows(IllegalStateException.class, client::close));
        fixture.server.acceptNext(false);
        ClientFixture.get(onLoop);
    }

    /** The result of connect() comes on the loop, so both calls stand in one burst of commands. */
    @Test
    void whoConnectsWhileTheClientClosesOpensNothing() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        CompletableFuture<CompletableFuture<Void>> closing = new CompletableFuture<>();
        CompletableFuture<?> again = client.connect().thenCompose(result -> {
            closing.complete(client.closeAsync());
            return client.connect();
        });
        fixture.server.acceptNext(false);
        assertInstanceOf(ClientClosedException.class, ClientFixture.failure(again));
        ClientFixture.get(ClientFixture.get(closing));
        assertFalse(fixture.server.hasFurtherLink());
    }

    /** An error in one command closes the client; those that came in the same burst end as well. */
    @Test
    void whatCameWithACommandThatBreaksTheClientEnds() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        List<CompletableFuture<?>> together = new ArrayList<>();
        CompletableFuture<?> submitted = client.connect().thenRun(() -> {
            together.add(client.publish("a", QoS.AT_LEAST_ONCE, "x"));
            together.add(client.pendingPublications(message -> {
                throw new AssertionError("not ours");
            }));
            together.add(client.publish("a", QoS.AT_LEAST_ONCE, "y"));
            together.add(client.disconnect());
        });
        fixture.server.acceptNext(false);
        ClientFixture.get(submitted);
        for (CompletableFuture<?> each : together) {
            assertInstanceOf(dev.aldis.mqtt.api.MqttException.class, ClientFixture.failure(each));
        }
    }

    @Test
    void racingWithManyPublishersEndsEveryFutureOnce() throws Exception {
        for (int round = 0; round < 20; round++) {
            MqttClient client = fixture.client(fixture.builder());
            List<Publication> all = Collections.synchronizedList(new ArrayList<>());
            AtomicInteger ends = new AtomicInteger();
            CountDownLatch running = new CountDownLatch(2);
            List<Thread> publishers = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                Thread publisher = new Thread(() -> {
                    running.countDown();
                    for (int i = 0; i < 500; i++) {
                        all.add(client.publish("a", QoS.of(i % 3), "x"));
                    }
                });
                publishers.add(publisher);
                publisher.start();
            }
            running.await();
            client.close();
            for (Thread publisher : publishers) {
                publisher.join();
            }
            List<CompletableFuture<?>> counted = new ArrayList<>();
            for (Publication publication : all) {
                counted.add(publication.handle((result, failure) -> ends.incrementAndGet()));
            }
            ClientFixture.get(CompletableFuture.allOf(counted.toArray(CompletableFuture[]::new)));
            assertEquals(1_000, ends.get());
        }
    }
}
