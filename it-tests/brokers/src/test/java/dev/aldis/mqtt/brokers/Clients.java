package dev.aldis.mqtt.brokers;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReconnectPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes clients for a test and closes them at its end. */
final class Clients implements AutoCloseable {

    static final int PATIENCE_SECONDS = Integer.getInteger("aldis.patience", 60);

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final List<MqttClient> open = new ArrayList<>();

    /** A client identifier that no other test uses, short and plain enough for MQTT 3.1. */
    static String identifier() {
        return "test" + NUMBERS.incrementAndGet();
    }

    /** A builder whose client comes back soon after a lost connection, and tries the first one again too. */
    static MqttClientBuilder builder(String uri, ProtocolVersion version) {
        return MqttClient.builder()
                .server(uri)
                .protocolVersion(version)
                .clientIdentifier(identifier())
                .reconnect(ReconnectPolicy.DEFAULT
                        .withDelays(Duration.ofMillis(50), Duration.ofMillis(500))
                        .withRetryFirstConnect(true));
    }

    /** One whose session ends with its connection, in MQTT 5.0: Artemis keeps a will back for as long as that lasts. */
    static MqttClientBuilder withoutSession(MqttClientBuilder builder, ProtocolVersion version) {
        return version == ProtocolVersion.MQTT_5 ? builder.sessionExpirySeconds(0) : builder;
    }

    MqttClient open(MqttClientBuilder builder) {
        MqttClient client = builder.build();
        open.add(client);
        return client;
    }

    MqttClient connect(MqttClientBuilder builder) throws Exception {
        MqttClient client = open(builder);
        get(client.connect());
        return client;
    }

    static <T> T get(CompletableFuture<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** What a future fails with. */
    static Throwable failure(CompletableFuture<?> future) throws InterruptedException, TimeoutException {
        try {
            Object value = future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            throw new AssertionError("The future completed with " + value);
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    /** Events of a client, to be waited for. */
    static final class Events {

        final BlockingQueue<ClientEvent> all = new LinkedBlockingQueue<>();

        <T extends ClientEvent> T await(Class<T> kind) throws InterruptedException {
            List<ClientEvent> others = new ArrayList<>();
            while (true) {
                ClientEvent event = all.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (event == null) {
                    throw new AssertionError("No " + kind.getSimpleName() + " came, only " + others);
                }
                if (kind.isInstance(event)) {
                    return kind.cast(event);
                }
                others.add(event);
            }
        }
    }

    @Override
    public void close() {
        open.forEach(MqttClient::close);
    }
}
