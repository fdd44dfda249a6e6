package dev.aldis.mqtt.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.aldis.mqtt.api.ClientState;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.QoS;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Thousands of clients in one process share a few threads. Each takes two open files here, one at either end, so that there
 * are fewer of them where the system does not allow as many.
 */
@Timeout(300)
class ManyClientsTest {

    private static final int CLIENTS = Integer.getInteger("aldis.clients", Math.min(5_000, allowedByOpenFiles()));

    /** Loops, helpers that look names up, and dispatchers; none of them grows with the number of clients. */
    private static final int MOST_THREADS = 40;

    private static final long MOST_HEAP_EACH = 64 << 10;

    @Test
    void manyClientsAreConnectedSubscribedKeptAliveAndClosedOnAFewThreads() throws Exception {
        Set<Thread> before = Set.copyOf(Thread.getAllStackTraces().keySet());
        long beforeNanos = System.nanoTime();
        long deadlineNanos = beforeNanos + TimeUnit.SECONDS.toNanos(240);
        try (ManyClientsServer server = new ManyClientsServer()) {
            List<MqttClient> clients = new ArrayList<>();
            long heapBefore = heapInUse();
            try {
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(MqttClient.builder()
                            .server(server.uri())
                            .clientIdentifier("many" + i)
                            .keepAliveSeconds(8)
                            .connectTimeout(Duration.ofMinutes(3))
                            .build());
                }
                await(clients.stream().map(MqttClient::connect).toList(), deadlineNanos);
                await(
                        clients.stream()
                                .map(client -> client.subscribe("t/#", QoS.AT_LEAST_ONCE, message -> {}))
                                .toList(),
                        deadlineNanos);
                int threads = newThreads(before).size();
                assertTrue(threads <= MOST_THREADS, () -> threads + " threads: " + newThreads(before));
                await(
                        clients.stream()
                                .map(client -> client.publish("t/x", QoS.AT_LEAST_ONCE, "hello"))
                                .toList(),
                        deadlineNanos);
                long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beforeNanos);
                long heapEach = (heapInUse() - heapBefore) / CLIENTS;
                System.out.println(
                        CLIENTS + " clients connected, subscribed and published in " + tookMillis + " ms, on "
                                + threads + " threads with those of the server, with " + heapEach
                                + " bytes of heap for each and its end at the server");
                assertTrue(heapEach < MOST_HEAP_EACH, () -> heapEach + " bytes of heap for each client");
                server.awaitPinged(CLIENTS, deadlineNanos);
                for (MqttClient client : clients) {
                    assertEquals(ClientState.CONNECTED, client.state());
                }
            } finally {
                clients.forEach(MqttClient::close);
            }
            server.awaitOpen(0, deadlineNanos);
        }
        for (Thread thread : newThreads(before)) {
            if (thread.getName().startsWith("aldis-mqtt")) {
                thread.join(TimeUnit.SECONDS.toMillis(Clients.PATIENCE_SECONDS));
                assertFalse(thread.isAlive(), thread::getName);
            }
        }
    }

    private static int allowedByOpenFiles() {
        int others = 500;
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? (int) Math.min(Integer.MAX_VALUE, (system.getMaxFileDescriptorCount() - others) / 2)
                : 1_000;
    }

    private static void await(List<? extends CompletableFuture<?>> all, long deadlineNanos) throws Exception {
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private static long heapInUse() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static Set<Thread> newThreads(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .collect(Collectors.toSet());
    }
}
