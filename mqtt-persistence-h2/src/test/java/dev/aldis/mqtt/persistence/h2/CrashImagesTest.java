package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import dev.aldis.mqtt.spi.persistence.testkit.CrashScript;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Records what a store does to its file, and opens the files that a crash at many moments would have left. Each must hold
 * exactly what the first batches made, up to one that is not before the last that had completed. {@code aldis.crashImages}
 * says how many crashes are built; 150 by default.
 */
@Timeout(300)
class CrashImagesTest {

    private static final int IMAGES = Integer.getInteger("aldis.crashImages", 150);
    private static final int BATCHES = 400;

    /** How many operations had been done when a batch completed. */
    private record Stored(int batch, int operations) {}

    @TempDir
    Path folder;

    /** Filled by the store's thread, and read when that has ended. */
    private final List<Stored> stored = new ArrayList<>();

    private final List<String> damage = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(Durability.class)
    void everyCrashLeavesWholeBatchesWithoutAGap(Durability durability) throws IOException {
        long seed = Long.getLong("aldis.seed", System.nanoTime());
        Random random = new Random(seed);
        CrashScript script = new CrashScript(seed);
        try (SimulatedDisk disk = new SimulatedDisk()) {
            run(disk, durability, script, random);
            for (int i = 0; i < IMAGES; i++) {
                int operations = random.nextInt(disk.size() + 1);
                byte[] image = durability == Durability.PROCESS
                        ? disk.afterKill(operations, random)
                        : disk.afterPowerLoss(operations, random);
                String when = durability + ", after " + operations + " operations, image " + i + " of seed " + seed
                        + " (replay with -Daldis.seed=" + seed + ")";
                check(image, storedAfter(operations), script, when);
            }
        }
    }

    private void run(SimulatedDisk disk, Durability durability, CrashScript script, Random random) throws IOException {
        Path live = Files.createDirectory(folder.resolve("live"));
        try (SessionStore store = new H2StoreProvider(disk.fileSystem()).open(request(live, durability))) {
            disk.remember(live.resolve("client.mv.db"));
            CompletableFuture<Void> done = new CompletableFuture<>();
            appendGroup(store, disk, 1, new Workload(script, random, done));
            done.join();
        }
    }

    private record Workload(CrashScript script, Random random, CompletableFuture<Void> done) {}

    /**
     * Appends some batches, and when all of them are stored the next ones. That happens on the store's thread, so that it
     * finds all of them at once and the same seed always does the same.
     */
    private void appendGroup(SessionStore store, SimulatedDisk disk, int first, Workload workload) {
        int end = Math.min(first + 1 + workload.random().nextInt(8), BATCHES + 1);
        for (int number = first; number < end; number++) {
            ChangeBatch batch = new ChangeBatch();
            workload.script().fill(batch, number);
            boolean last = number == end - 1;
            store.append(batch, noting(number, disk, () -> {
                if (end > BATCHES && last) {
                    workload.done().complete(null);
                } else if (last) {
                    appendGroup(store, disk, end, workload);
                }
            }));
        }
    }

    private AppendCompletion noting(int number, SimulatedDisk disk, Runnable next) {
        return new AppendCompletion() {
            @Override
            public void appended() {
                stored.add(new Stored(number, disk.size()));
                next.run();
            }

            @Override
            public void failed(StoreException cause) {
                throw new AssertionError("Batch " + number + " failed", cause);
            }
        };
    }

    /** The last batch that had completed when so many operations had been done. */
    private int storedAfter(int operations) {
        return stored.stream()
                .filter(one -> one.operations() <= operations)
                .mapToInt(Stored::batch)
                .max()
                .orElse(0);
    }

    private void check(byte[] image, int completed, CrashScript script, String when) throws IOException {
        Path crashed = Files.createTempDirectory(folder, "crashed");
        Files.write(crashed.resolve("client.mv.db"), image);
        try (SessionStore store = new H2StoreProvider().open(request(crashed, Durability.PROCESS))) {
            List<StoredRecord> survivors = store.scan(0, Integer.MAX_VALUE);
            int last = CrashScript.lastBatchIn(survivors);
            assertTrue(
                    last >= completed,
                    "batch " + completed + " had completed, the last found is " + last + ", " + when + ", damage "
                            + damage);
            assertEquals(script.stateAfter(last), survivors, when);
        }
    }

    private StoreRequest request(Path place, Durability durability) {
        return new StoreRequest(URI.create("h2:" + place), "client", durability, damage::add);
    }
}
