package dev.aldis.mqtt.spi.persistence.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What survives when the process of a store is killed. */
public abstract class StoreCrashContract extends StoreOwnershipContract {

    private static final int MOST_BATCHES = 3000;

    /** For subclasses. */
    protected StoreCrashContract() {}

    /**
     * A process appends numbered batches and is killed at a random moment, again and again on the same store. What is left
     * must be exactly what the first batches made, up to one that is not before the last that had completed.
     */
    @ParameterizedTest
    @EnumSource(Durability.class)
    @Timeout(1_200) // For as many cycles as one likes.
    void whatWasStoredSurvivesAKilledProcessInWholeBatchesWithoutAGap(Durability durability)
            throws IOException, InterruptedException {
        assumeTrue(
                survivesProcess(), "these stores do not outlive the process, so there is nothing to find afterwards");
        long seed = Long.getLong("aldis.seed", System.nanoTime());
        Random random = new Random(seed);
        CrashScript script = new CrashScript(seed);
        int stored = 0;
        int cycles = crashCycles();
        for (int cycle = 1; cycle <= cycles; cycle++) {
            String when = "cycle " + cycle + " of seed " + seed + " (replay with -Daldis.seed=" + seed + ")";
            int completed = runAndKill(durability, seed, random.nextInt(MOST_BATCHES), stored);
            try (SessionStore store = provider().open(request(CrashWriter.CLIENT_IDENTIFIER, durability))) {
                List<StoredRecord> survivors = all(store);
                stored = CrashScript.lastBatchIn(survivors);
                assertTrue(
                        stored >= completed,
                        "batch " + completed + " had completed, but the last one found is " + stored + ", " + when);
                assertEquals(
                        script.stateAfter(stored), survivors, "the records of batches 1 to " + stored + ", " + when);
            }
        }
    }

    /** Runs the writer for a number of batches and kills it; the last batch known to be stored. */
    private int runAndKill(Durability durability, long seed, int batches, int storedBefore)
            throws IOException, InterruptedException {
        try (ChildProcess child = startWriter(durability, seed)) {
            assertEquals("open " + storedBefore, child.readLine(), "what the process found");
            int last = storedBefore;
            for (int i = 0; i < batches; i++) {
                last = next(last, child.readLine());
            }
            child.kill();
            // What it had printed before its end counts as well.
            for (String line = child.readLine(); line != null && line.startsWith("stored "); line = child.readLine()) {
                last = next(last, line);
            }
            return last;
        }
    }

    private static int next(int last, String line) {
        assertEquals("stored " + (last + 1), line, "batches complete one after the other");
        return last + 1;
    }

    private ChildProcess startWriter(Durability durability, long seed) throws IOException {
        return ChildProcess.start(
                childOptions(),
                CrashWriter.class,
                getClass(),
                List.of(getClass().getName(), folder.toString(), durability.name(), String.valueOf(seed)));
    }

    @Test
    void aStoreThatAnotherProcessHasOpenCannotBeOpened() throws IOException, InterruptedException {
        assumeTrue(survivesProcess(), "these stores belong to one process, so no other one can have them open");
        try (ChildProcess child = startWriter(Durability.PROCESS, 1)) {
            assertEquals("open 0", child.readLine());
            StoreException refused = assertThrows(
                    StoreException.class,
                    () -> open(CrashWriter.CLIENT_IDENTIFIER).close());
            assertTrue(refused.getMessage().contains("in use"), () -> "says why: " + refused.getMessage());
            child.kill();
        }
        open(CrashWriter.CLIENT_IDENTIFIER).close();
    }
}
