package dev.aldis.mqtt.examples.receiving;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.support.ArtemisBroker;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // A response that is not published would be missed.
class ReceivingIT {

    private final BlockingQueue<String> taken = new LinkedBlockingQueue<>();

    private void expect(String text) throws InterruptedException {
        assertEquals(text, taken.poll(60, TimeUnit.SECONDS));
    }

    /** A broker may acknowledge a message before it has it for later subscribers. */
    private static void awaitOrPublishAgain(Future<?> fetching, MqttClient client, Message retained) throws Exception {
        while (true) {
            try {
                fetching.get(15, TimeUnit.SECONDS);
                return;
            } catch (TimeoutException missed) {
                client.publish(retained).get(60, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void eachWayTakesMessages() throws Exception {
        ExecutorService workers = Executors.newSingleThreadExecutor();
        try (ArtemisBroker broker = ArtemisBroker.startInMemory();
                MqttClient client = Receiving.configure(
                                MqttClient.builder().server(broker.uri()).clientIdentifier("receiving"), taken)
                        .build()) {
            client.connect().get(60, TimeUnit.SECONDS);
            Receiving.byHand(client, workers, taken);
            client.publish("hand/1", QoS.EXACTLY_ONCE, "x".repeat(101)).get(60, TimeUnit.SECONDS);
            client.publish("hand/1", QoS.EXACTLY_ONCE, "1").get(60, TimeUnit.SECONDS);
            expect("by hand 1");

            client.subscribe(
                            "question",
                            QoS.AT_LEAST_ONCE,
                            request -> client.publish(request.response(QoS.AT_LEAST_ONCE, request.payload())
                                    .orElseThrow()))
                    .get(60, TimeUnit.SECONDS);
            Receiving.asking(client, Message.of("question", QoS.AT_LEAST_ONCE, "how"), taken);
            client.publish("ask/1", QoS.AT_LEAST_ONCE, "x").get(60, TimeUnit.SECONDS);
            expect("asked how");

            Receiving.subscribe(client, taken);
            client.publish("flow/1", QoS.AT_LEAST_ONCE, "2").get(60, TimeUnit.SECONDS);
            client.publish("flow/1", QoS.AT_LEAST_ONCE, "3").get(60, TimeUnit.SECONDS);
            expect("flow 2");
            expect("flow 3");

            // Retained, so that it comes to a later subscriber.
            Message retained = Message.of("fetched/1", QoS.AT_LEAST_ONCE, "4").withRetain(true);
            client.publish(retained).get(60, TimeUnit.SECONDS);
            Future<?> fetching = workers.submit(() -> {
                Receiving.fetch(client, 1, taken);
                return null;
            });
            awaitOrPublishAgain(fetching, client, retained);
            expect("fetched 4");
        } finally {
            workers.shutdownNow();
        }
        expect("complete");
    }
}
