package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientConfiguration;
import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.StoredEntry;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.spi.engine.ClientProvider;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Clients that talk to a {@link ScriptedServer}, closed at the end. */
final class ClientFixture implements AutoCloseable {

    static final int PATIENCE_SECONDS = 50;

    final ScriptedServer server;
    final BlockingQueue<ClientEvent> events = new LinkedBlockingQueue<>();
    private final List<MqttClient> clients = new ArrayList<>();

    ClientFixture(ScriptedServer server) {
        this.server = server;
    }

    ClientFixture() {
        this(new ScriptedServer());
    }

    /** A builder whose client reconnects without delay. */
    MqttClientBuilder builder() {
        return MqttClient.builder()
                .server(ScriptedServer.SERVER)
                .clientIdentifier("client")
                .reconnect(ReconnectPolicy.DEFAULT.withDelays(Duration.ZERO, Duration.ofMillis(10)))
                .listener(events::add);
    }

    MqttClient client(MqttClientBuilder builder) {
        MqttClient client = unclosed(builder);
        clients.add(client);
        return client;
    }

    /** A client that the test closes. */
    MqttClient unclosed(MqttClientBuilder builder) {
        return builder.build(new ClientProvider() {
            @Override
            public MqttClient create(ClientConfiguration configuration) {
                return createFor(configuration);
            }

            @Override
            public StoredEntry describe(StoredRecord record, StoreReader store) {
                throw new AssertionError("No test of a client looks into its store");
            }
        });
    }

    private MqttClient createFor(ClientConfiguration configuration) {
        List<String> damages = new ArrayList<>();
        return ProtocolClientProvider.create(
                configuration, new ClientResources(configuration, damages::add, scheme -> server), damages);
    }

    /** Connects, and says Session Present 0. */
    Link connected(MqttClient client) throws Exception {
        CompletableFuture<?> connect = client.connect();
        Link link = server.acceptNext(false);
        get(connect);
        return link;
    }

    /** The next event of a kind; others before it are passed over. */
    <T extends ClientEvent> T await(Class<T> kind) throws InterruptedException {
        List<ClientEvent> others = new ArrayList<>();
        while (true) {
            ClientEvent event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("No " + kind.getSimpleName() + " came, only " + others);
            }
            if (kind.isInstance(event)) {
                return kind.cast(event);
            }
            others.add(event);
        }
    }

    static <T> T get(CompletableFuture<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits for what no future tells of. */
    static void until(BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                throw new AssertionError("What the test waits for did not come in " + PATIENCE_SECONDS + " seconds");
            }
            Thread.onSpinWait();
        }
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

    @Override
    public void close() {
        clients.forEach(MqttClient::close);
    }
}
