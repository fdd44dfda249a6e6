package dev.aldis.mqtt.concurrency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.ClientState;
import dev.aldis.mqtt.api.Dispatch;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReceiveOptions;
import dev.aldis.mqtt.api.ReconnectPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many threads call a client while it connects, loses its connection, disconnects and closes: each future ends, and ends
 * once; no call hangs or throws what it does not promise; in the end no thread is left.
 */
@Timeout(value = 1, unit = TimeUnit.DAYS)
class CallsAgainstTheEndTest {

    private static final int SECONDS = Integer.getInteger("aldis.stressSeconds", 2);
    private static final long PATIENCE_SECONDS = Integer.getInteger("aldis.patience", 60);
    private static final int CALLERS = 4;

    private final Random random;
    private final long seed;
    private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS + 1);
    private final ExecutorService results = Executors.newFixedThreadPool(2);
    private int clients;
    private int futures;

    CallsAgainstTheEndTest() {
        seed = Long.getLong("aldis.seed", System.nanoTime());
        random = new Random(seed);
    }

    @Test
    void eachFutureEndsOnceAndNoThreadIsLeft() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        try (AnsweringServer server = new AnsweringServer(seed)) {
            while (System.nanoTime() - end < 0) {
                oneClient(server);
            }
            assertNull(server.violation(), "A client has broken the protocol; seed " + seed);
        } catch (Throwable e) {
            throw new AssertionError("Client " + clients + " with -Daldis.seed=" + seed + ": " + e.getMessage(), e);
        } finally {
            callers.shutdown();
            results.shutdown();
        }
        System.out.println(clients + " clients and " + futures + " futures in " + SECONDS + " s, seed " + seed);
        awaitEndOfThreads();
    }

    private MqttClient newClient(AnsweringServer server) {
        MqttClientBuilder builder = MqttClient.builder()
                .server(server.uri())
                .clientIdentifier("client-" + clients)
                .protocolVersion(random.nextBoolean() ? ProtocolVersion.MQTT_5 : ProtocolVersion.MQTT_3_1_1)
                .persistence(random.nextBoolean() ? "memory:" : "memory:stress-" + clients)
                .reconnect(ReconnectPolicy.DEFAULT
                        .withDelays(Duration.ZERO, Duration.ofMillis(3))
                        .withMaximumAttempts(random.nextInt(5) + 1));
        if (random.nextBoolean()) {
            builder.receive(ReceiveOptions.DEFAULT.withDispatch(Dispatch.byTopic(2)));
        }
        if (random.nextBoolean()) {
            builder.resultExecutor(results);
        }
        if (random.nextBoolean()) {
            builder.limits(ClientLimits.DEFAULT.withMaximumQueued(10, 1_000));
        }
        return builder.build();
    }

    private void oneClient(AnsweringServer server) throws Exception {
        clients++;
        MqttClient client = newClient(server);
        List<Calls> all = new ArrayList<>();
        List<Future<?>> running = new ArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        for (int i = 0; i < CALLERS; i++) {
            Calls calls = new Calls(client, random.nextLong());
            int count = random.nextInt(60);
            all.add(calls);
            running.add(callers.submit(() -> {
                start.await();
                calls.run(count);
                return null;
            }));
        }
        long delayNanos = random.nextInt(3) == 0 ? 0 : random.nextInt(15_000_000);
        running.add(callers.submit(() -> {
            start.await();
            new CountDownLatch(1).await(delayNanos, TimeUnit.NANOSECONDS);
            client.close();
            return null;
        }));
        start.countDown();
        for (Future<?> each : running) {
            await("A thread that calls the client", each);
        }
        assertEquals(ClientState.CLOSED, client.state());
        all.forEach(calls -> calls.made().forEach(this::check));
    }

    private void check(Calls.Call call) {
        futures++;
        try {
            await(call.name(), call.end());
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
        assertEquals(1, call.ends().get(), () -> "ends of " + call.name());
    }

    private static void await(String name, Future<?> future) throws InterruptedException, ExecutionException {
        try {
            future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            StringBuilder stacks = new StringBuilder();
            Thread.getAllStackTraces()
                    .forEach((thread, stack) -> stacks.append('\n')
                            .append(thread.getName())
                            .append(": ")
                            .append(Arrays.stream(stack).limit(8).toList()));
            throw new AssertionError(name + " has not ended in " + PATIENCE_SECONDS + " s" + stacks, e);
        }
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("aldis-mqtt"))
                .toList();
    }

    private static void awaitEndOfThreads() throws InterruptedException {
        for (Thread thread : threads()) {
            thread.join(Duration.ofSeconds(PATIENCE_SECONDS).toMillis());
            assertTrue(!thread.isAlive(), () -> thread + " is left");
        }
        assertEquals(List.of(), threads());
    }
}
