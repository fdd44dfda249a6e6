package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientClosedException;
import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublicationState;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.PublishRate;
import dev.aldis.mqtt.api.PublishResult;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.UserProperty;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The three forms of back-pressure, and the rate limit. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class BackPressureTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final ClientFixture fixture = new ClientFixture();

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    private MqttClient client(int messages) {
        return fixture.client(fixture.builder().limits(ClientLimits.DEFAULT.withMaximumQueued(messages, 1_000)));
    }

    private static Message message(String payload) {
        return Message.of("t", QoS.AT_LEAST_ONCE, payload);
    }

    @Test
    void tryPublishTakesExactlyWhatThereIsRoomFor() throws Exception {
        MqttClient client = client(3);
        client.publish(message("0"));
        ClientFixture.get(client.pendingPublications()); // What it told of is counted.
        assertTrue(client.tryPublish(message("1")).isPresent());
        assertTrue(client.tryPublish(message("2")).isPresent());
        assertTrue(client.tryPublish(message("3")).isEmpty());
        client.connect();
        Link link = fixture.server.acceptNext(false);
        link.send(PubAck.success(link.expect(Publish.class).packetIdentifier()));
        while (client.tryPublish(message("4")).isEmpty()) {
            ClientFixture.get(client.pendingPublications());
        }
        assertTrue(client.tryPublish(message("5")).isEmpty());
    }

    @RepeatedTest(20) // The message and the question come in one turn of the loop, or in two.
    void whoIsToldOfTheQueueAsksForExactlyTheRoomThatIsLeft() throws Exception {
        MqttClient client = client(3);
        client.publish(message("0"));
        CompletableFuture<List<Boolean>> taken = client.pendingPublications()
                .thenApply(unused -> Stream.of("1", "2", "3")
                        .map(payload -> client.tryPublish(message(payload)).isPresent())
                        .toList());
        assertEquals(List.of(true, true, false), ClientFixture.get(taken));
    }

    @Test
    void theEndOfAMessageLeavesItsRoomToWhoIsTold() throws Exception {
        MqttClient client = client(1);
        CompletableFuture<Boolean> taken = client.publish(message("1"))
                .thenApply(unused -> client.tryPublish(message("2")).isPresent());
        client.connect();
        Link link = fixture.server.acceptNext(false);
        link.send(PubAck.success(link.expect(Publish.class).packetIdentifier()));
        assertTrue(ClientFixture.get(taken));
    }

    @Test
    void tryPublishCountsBytesToo() {
        MqttClient client = client(100);
        assertTrue(client.tryPublish(message("x".repeat(999))).isPresent());
        assertTrue(client.tryPublish(message("xx")).isEmpty());
        assertTrue(client.tryPublish(message("x")).isPresent());
    }

    @Test
    void manyThreadsNeverGetMoreRoomThanThereIs() throws Exception {
        MqttClient client = client(100);
        AtomicInteger taken = new AtomicInteger();
        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            FutureTask<Void> task = new FutureTask<>(() -> {
                for (int k = 0; k < 100; k++) {
                    client.tryPublish(message("")).ifPresent(unused -> taken.incrementAndGet());
                }
                return null;
            });
            tasks.add(task);
            new Thread(task, "publisher-" + i).start();
        }
        for (FutureTask<Void> task : tasks) {
            task.get(60, TimeUnit.SECONDS);
        }
        assertEquals(100, taken.get());
        assertEquals(100, ClientFixture.get(client.pendingPublications()).size());
    }

    @Test
    void waitingEndsWhenThereIsRoom() throws Exception {
        MqttClient client = client(1);
        client.publish(message("1"), PublishOptions.NONE, LONG);
        FutureTask<Publication> waiting =
                new FutureTask<>(() -> client.publish(message("2"), PublishOptions.NONE, LONG));
        new Thread(waiting, "waits-for-room").start();
        client.connect();
        Link link = fixture.server.acceptNext(false);
        link.send(PubAck.success(link.expect(Publish.class).packetIdentifier()));
        Publication second = waiting.get(60, TimeUnit.SECONDS);
        link.send(PubAck.success(link.expect(Publish.class).packetIdentifier()));
        ClientFixture.get(second);
    }

    @Test
    void waitingEndsWhenTheTimeIsOver() throws Exception {
        MqttClient client = client(1);
        client.publish(message("1"), PublishOptions.NONE, LONG);
        PublishException refusal = assertThrows(
                PublishException.class, () -> client.publish(message("2"), PublishOptions.NONE, Duration.ofMillis(20)));
        assertEquals(ReasonCode.QUOTA_EXCEEDED, refusal.reasonCode().orElseThrow());
        assertEquals(1, ClientFixture.get(client.pendingPublications()).size());
    }

    @Test
    void waitingOnTheEventLoopFailsAtOnce() throws Exception {
        MqttClient client = client(1);
        CompletableFuture<Object> attempt = client.pendingPublications().thenApply(unused -> {
            try {
                return client.publish(message("1"), PublishOptions.NONE, LONG);
            } catch (InterruptedException | RuntimeException e) {
                return e;
            }
        });
        // The callback runs on this thread where the future was complete already, so it is asked for there.
        Object outcome = attempt.get(60, TimeUnit.SECONDS);
        if (!(outcome instanceof Publication)) {
            assertInstanceOf(IllegalStateException.class, outcome);
        }
    }

    @Test
    void interruptedWaitPublishesNothing() throws Exception {
        MqttClient client = client(1);
        client.publish(message("1"), PublishOptions.NONE, LONG);
        FutureTask<Publication> waiting =
                new FutureTask<>(() -> client.publish(message("2"), PublishOptions.NONE, LONG));
        Thread thread = new Thread(waiting, "is-interrupted");
        thread.start();
        thread.interrupt();
        Throwable failure = ClientFixture.failure(CompletableFuture.supplyAsync(() -> {
            try {
                return waiting.get(60, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException(e.getCause());
            }
        }));
        assertInstanceOf(InterruptedException.class, failure.getCause());
        assertEquals(1, ClientFixture.get(client.pendingPublications()).size());
    }

    @Test
    void closeEndsTheWait() throws Exception {
        MqttClient client = client(1);
        client.publish(message("1"), PublishOptions.NONE, LONG);
        FutureTask<Publication> waiting =
                new FutureTask<>(() -> client.publish(message("2"), PublishOptions.NONE, LONG));
        new Thread(waiting, "waits-for-room").start();
        client.close();
        Publication publication = waiting.get(60, TimeUnit.SECONDS);
        assertInstanceOf(ClientClosedException.class, ClientFixture.failure(publication));
    }

    @Test
    void qos0PassesAFullWindowInItsOrder() throws Exception {
        MqttClient client = fixture.client(fixture.builder().limits(ClientLimits.DEFAULT.withMaximumInFlight(1)));
        client.connect();
        Link link = fixture.server.acceptNext(false);
        client.publish(message("fills the window"));
        Publish first = link.expect(Publish.class);
        Publication waits = client.publish(message("waits"));
        for (int i = 0; i < 5; i++) {
            client.publish("t", QoS.AT_MOST_ONCE, "" + i);
        }
        for (int i = 0; i < 5; i++) {
            assertEquals("" + i, link.expect(Publish.class).message().payload().text());
        }
        link.send(PubAck.success(first.packetIdentifier()));
        link.send(PubAck.success(link.expect(Publish.class).packetIdentifier()));
        ClientFixture.get(waits);
    }

    @Test
    void refusalBringsReasonAndUserPropertiesAsAResult() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        client.connect();
        Link link = fixture.server.acceptNext(false);
        Diagnostics diagnostics = Diagnostics.of("not today", List.of(new UserProperty("until", "tomorrow")));
        Publication once = client.publish(message("1"));
        int first = link.expect(Publish.class).packetIdentifier();
        link.send(new PubAck(first, ReasonCode.NOT_AUTHORIZED, diagnostics));
        Publication exactlyOnce = client.publish("t", QoS.EXACTLY_ONCE, "2");
        int second = link.expect(Publish.class).packetIdentifier();
        link.send(new PubRec(second, ReasonCode.QUOTA_EXCEEDED, diagnostics));
        assertEquals(new PublishResult(ReasonCode.NOT_AUTHORIZED, diagnostics), ClientFixture.get(once));
        assertEquals(new PublishResult(ReasonCode.QUOTA_EXCEEDED, diagnostics), ClientFixture.get(exactlyOnce));
        assertTrue(ClientFixture.get(exactlyOnce).isError());
        assertEquals(PublicationState.COMPLETED, exactlyOnce.state());
    }

    @Test
    void rateIsKeptAndChangedWhileMessagesWait() throws Exception {
        MqttClient client = fixture.client(fixture.builder().publishRate(new PublishRate(0.001, 3)));
        client.connect();
        Link link = fixture.server.acceptNext(false);
        for (int i = 0; i < 10; i++) {
            client.publish(Message.of("t", QoS.of(i % 2), "" + i));
        }
        for (int i = 0; i < 3; i++) {
            link.expect(Publish.class);
        }
        ClientFixture.get(client.pendingPublications());
        assertEquals(null, link.poll());
        client.publishRate(PublishRate.UNLIMITED);
        for (int i = 0; i < 7; i++) {
            link.expect(Publish.class);
        }
    }
}
