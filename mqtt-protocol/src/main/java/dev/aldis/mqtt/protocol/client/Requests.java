package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.Negotiated;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublishResult;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.api.RequestException;
import dev.aldis.mqtt.api.SubscribeResult;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.spi.transport.EventLoop;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Requests and their responses (section 4.10): one subscription for all responses, and Correlation Data that belongs to one
 * request. On the event loop, but for {@link #handle}.
 */
final class Requests {

    private final MqttClient client;
    private final ClientLoop loop;
    private final @Nullable TopicName configuredTopic;

    /** Distinguishes the requests of this client from those of an earlier process with the same topic. */
    private final long run = ThreadLocalRandom.current().nextLong();

    private final Map<Payload, Pending> pending = new HashMap<>();
    private long lastNumber;
    private @Nullable TopicName topic;
    private @Nullable CompletableFuture<SubscribeResult> subscription;

    private record Pending(LoopFuture<ReceivedMessage> future, EventLoop.Timer timer) {}

    Requests(MqttClient client, ClientLoop loop, @Nullable TopicName configuredTopic) {
        this.client = client;
        this.loop = loop;
        this.configuredTopic = configuredTopic;
    }

    /** Sends a request as soon as its response can be received. */
    void begin(Message message, Duration timeout, LoopFuture<ReceivedMessage> future) {
        Payload correlation = Payload.wrap(
                ByteBuffer.allocate(16).putLong(run).putLong(++lastNumber).array());
        EventLoop.Timer timer = loop.eventLoop().schedule(() -> timeOut(correlation, timeout), timeout.toNanos());
        pending.put(correlation, new Pending(future, timer));
        Optional<Negotiated> negotiated = client.negotiated();
        if (topic == null && negotiated.isEmpty()) {
            fail(correlation, new RequestException("Not connected: request when connect() has completed", (Throwable)
                    null));
            return;
        }
        TopicName responses = topic;
        if (responses == null) {
            responses = chooseTopic(negotiated.get());
            topic = responses;
        }
        TopicName responseTopic = responses;
        CompletableFuture<Void> unused = subscribe(responseTopic).handle((result, failure) -> {
            inLoop(() -> proceed(message, correlation, responseTopic, result, failure));
            return null;
        });
    }

    private TopicName chooseTopic(Negotiated negotiated) {
        if (configuredTopic != null) {
            return configuredTopic;
        }
        String own = HexFormat.of().toHexDigits(run);
        return TopicName.of(negotiated
                .responseInformation()
                .map(prefix -> prefix + (prefix.endsWith("/") ? "" : "/") + own)
                .orElse("responses/" + own));
    }

    private CompletableFuture<SubscribeResult> subscribe(TopicName responseTopic) {
        CompletableFuture<SubscribeResult> present = subscription;
        if (present == null) {
            present = client.subscribe(responseTopic.toString(), QoS.AT_LEAST_ONCE, this::handle);
            subscription = present;
        }
        return present;
    }

    private void proceed(
            Message message,
            Payload correlation,
            TopicName responseTopic,
            @Nullable SubscribeResult result,
            @Nullable Throwable failure) {
        if (result == null || result.isError()) {
            // The next request tries again.
            subscription = null;
            fail(
                    correlation,
                    new RequestException(
                            "The client could not subscribe to '" + responseTopic + "', where responses are to go: "
                                    + (failure == null ? result : failure.getMessage()),
                            failure));
            return;
        }
        if (!pending.containsKey(correlation)) {
            return; // It was given up meanwhile.
        }
        Publication publication = client.publish(message.withProperties(message.properties().toBuilder()
                .responseTopic(responseTopic)
                .correlationData(correlation)
                .build()));
        CompletableFuture<Void> unused = publication.handle((sent, cause) -> {
            if (sent == null || sent.isError()) {
                inLoop(() -> failPublishing(correlation, sent, cause));
            }
            return null;
        });
    }

    private void failPublishing(Payload correlation, @Nullable PublishResult sent, @Nullable Throwable cause) {
        fail(
                correlation,
                new RequestException(
                        "The request could not be published: " + (cause == null ? sent : cause.getMessage()), cause));
    }

    /** A response has come, on the thread of the handlers. */
    private void handle(ReceivedMessage response) {
        Optional<Payload> correlation = response.message().properties().correlationData();
        // One that belongs to no request is late, or not for us.
        correlation.ifPresent(data -> inLoop(() -> complete(data, response)));
    }

    private void complete(Payload correlation, ReceivedMessage response) {
        Pending request = pending.remove(correlation);
        if (request != null) {
            request.timer().cancel();
            loop.completions().complete(request.future(), response);
        }
    }

    private void timeOut(Payload correlation, Duration timeout) {
        fail(
                correlation,
                new RequestException(
                        "No response came within " + timeout + ": is there somebody who responds?", (Throwable) null));
    }

    private void fail(Payload correlation, MqttException cause) {
        Pending request = pending.remove(correlation);
        if (request != null) {
            request.timer().cancel();
            loop.completions().completeExceptionally(request.future(), cause);
        }
    }

    /** The client has been closed. */
    void close(MqttException cause) {
        List.copyOf(pending.keySet()).forEach(correlation -> fail(correlation, cause));
    }

    private void inLoop(Runnable action) {
        loop.submit(new Command() {
            @Override
            public void run() {
                action.run();
            }
        });
    }
}
