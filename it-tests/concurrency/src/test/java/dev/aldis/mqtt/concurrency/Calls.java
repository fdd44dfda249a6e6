package dev.aldis.mqtt.concurrency;

import dev.aldis.mqtt.api.ClientClosedException;
import dev.aldis.mqtt.api.Inbox;
import dev.aldis.mqtt.api.InboxOptions;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** One thread's random calls of a client, each with the future that has to end. */
final class Calls {

    /** What was called, what comes of its future, and how often that has ended. */
    record Call(String name, CompletableFuture<Integer> end, AtomicInteger ends) {}

    private final MqttClient client;
    private final Random random;
    private final List<Call> made = new ArrayList<>();

    Calls(MqttClient client, long seed) {
        this.client = client;
        this.random = new Random(seed);
    }

    /** All calls that have a future; for when the thread has ended. */
    List<Call> made() {
        return made;
    }

    void run(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            callOne();
        }
        if (random.nextInt(4) == 0) {
            expect("closeAsync", client.closeAsync());
        }
    }

    private Message message() {
        return Message.of("topic/" + random.nextInt(3), QoS.of(random.nextInt(3)), "x");
    }

    private void expect(String name, CompletableFuture<?> future) {
        AtomicInteger ends = new AtomicInteger();
        made.add(new Call(name, future.handle((value, failure) -> ends.incrementAndGet()), ends));
    }

    private void callOne() throws InterruptedException {
        switch (random.nextInt(16)) {
            case 0, 1 -> expect("connect", client.connect());
            case 2 -> expect("disconnect", client.disconnect());
            case 3, 4, 5 -> publish(client.publish(message()));
            case 6 -> client.tryPublish(message()).ifPresent(this::publish);
            case 7 -> patiently();
            case 8 -> enqueue(message());
            case 9 -> expect("subscribe", client.subscribe("topic/+", QoS.AT_LEAST_ONCE, message -> {}));
            case 10 -> expect("unsubscribe", client.unsubscribe("topic/+"));
            case 11 -> expect("pendingPublications", client.pendingPublications());
            case 12 -> inbox();
            case 13 -> look();
            case 14 -> client.onMessage("topic/" + random.nextInt(3), message -> {});
            default -> publish(client.publish(message(), PublishOptions.NONE.withTimeout(Duration.ofMillis(5))));
        }
    }

    private void publish(Publication publication) {
        expect("publish " + publication.message().qos(), publication);
        switch (random.nextInt(4)) {
            case 0 -> expect("stored", publication.stored());
            case 1 -> publication.cancel(false);
            default -> {}
        }
    }

    private void enqueue(Message message) {
        expect("enqueue " + message.qos(), client.enqueue(message));
    }

    private void patiently() throws InterruptedException {
        try {
            publish(client.publish(message(), PublishOptions.NONE, Duration.ofMillis(2)));
        } catch (PublishException full) {
            // That is an answer too.
        }
    }

    private void inbox() throws InterruptedException {
        try (Inbox inbox = client.newInbox(InboxOptions.DEFAULT)) {
            if (random.nextBoolean()) {
                inbox.receive(Duration.ofMillis(1));
            }
        } catch (ClientClosedException promised) {
            // Whoever waits in receive() is told.
        }
    }

    private void look() {
        client.state();
        client.negotiated();
        client.statistics();
    }
}
