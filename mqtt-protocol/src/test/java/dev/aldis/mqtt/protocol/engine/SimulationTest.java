package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Worlds drawn from a seed: messages, speeds, splits, cuts, crashes, failing stores, lost sessions, servers that break the
 * rules. {@code -Daldis.seed=N} repeats one of them with a trace, {@code -Daldis.simulations=N} runs so many.
 */
@Timeout(3_600)
class SimulationTest {

    private static final long FIRST_SEED = 20_261_124L;

    private static final @Nullable Long ONE_SEED = Long.getLong("aldis.seed");
    private static final int COUNT = Integer.getInteger(
            "aldis.simulations", Integer.parseInt(System.getenv().getOrDefault("ALDIS_SIMULATIONS", "20000")));

    @Test
    void promisesHoldInEachWorld() throws Exception {
        if (ONE_SEED != null) {
            Simulation.run(ONE_SEED);
            return;
        }
        long begin = System.nanoTime();
        long faults = runAll();
        System.out.println(
                COUNT + " worlds with " + faults + " faults in " + (System.nanoTime() - begin) / 1_000_000 + " ms");
        assertTrue(faults > COUNT, "The worlds were too kind: " + faults + " faults");
    }

    private static long runAll() throws InterruptedException {
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            AtomicLong next = new AtomicLong(FIRST_SEED);
            List<Future<Long>> parts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                parts.add(executor.submit(() -> {
                    long faults = 0;
                    for (long seed = next.getAndIncrement(); seed < FIRST_SEED + COUNT; seed = next.getAndIncrement()) {
                        faults += Simulation.run(seed);
                    }
                    return faults;
                }));
            }
            long faults = 0;
            for (Future<Long> part : parts) {
                faults += part.get();
            }
            return faults;
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause().getMessage(), e.getCause());
        } finally {
            executor.shutdownNow();
        }
    }
}
