package dev.aldis.mqtt.fuzzing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Looks for inputs that find something. Each build does so for a few seconds with all targets in one process;
 * {@code -Daldis.fuzz.seconds=600} for so long with each target in one of its own, or with {@code -Daldis.fuzz.target=decoder}
 * with this one only. What is new is kept in {@code target/fuzzing} and is where the next run begins;
 * {@code -Daldis.record=true} makes the corpus anew from it. A finding is a file in {@code findings} there.
 */
class FuzzingTest {

    private static final int SEEDS_OF_SHORT_RUN = 50;

    /** Fewer where an input takes long, so that those of the other targets get their time. */
    private static final int SLOW_SEEDS_OF_SHORT_RUN = 12;

    private static final int SHORT_SECONDS = 4;
    private static final Path WORK = Path.of("target", "fuzzing").toAbsolutePath();

    @TempDir
    Path folder;

    @Test
    @Timeout(100_000)
    void nothingIsFound() throws Exception {
        long seconds = Long.getLong("aldis.fuzz.seconds", 0);
        if (seconds == 0) {
            fuzzAllAtOnce();
            return;
        }
        for (Targets target : chosen()) {
            fuzz(target, seconds);
        }
    }

    private static List<Targets> chosen() {
        String name = System.getProperty("aldis.fuzz.target");
        return name == null
                ? List.of(Targets.values())
                : List.of(Targets.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')));
    }

    /** One process costs its start only once. */
    private void fuzzAllAtOnce() throws Exception {
        List<Targets> targets = List.of(Targets.values());
        List<byte[]> seeds = new ArrayList<>();
        for (Targets target : targets) {
            List<byte[]> corpus = Corpus.inputs(target);
            int step = 1 + corpus.size() / (target.isOfFiles() ? SLOW_SEEDS_OF_SHORT_RUN : SEEDS_OF_SHORT_RUN);
            for (int i = 0; i < corpus.size(); i += step) {
                byte[] input = corpus.get(i);
                byte[] seed = new byte[1 + input.length];
                seed[0] = (byte) targets.indexOf(target);
                System.arraycopy(input, 0, seed, 1, input.length);
                seeds.add(seed);
            }
        }
        Path inputs = folder.resolve("inputs");
        Corpus.write(seeds, inputs);
        Jazzer.Outcome outcome = new Jazzer(WORK.resolve("all")).fuzz(targets, 1_024, SHORT_SECONDS, List.of(inputs));
        System.out.println(outcome.executions() + " inputs of all targets");
        expectNothing(outcome, "all targets");
        assertTrue(outcome.executions() >= seeds.size(), outcome::said);
    }

    private void fuzz(Targets target, long seconds) throws Exception {
        Path work = WORK.resolve(target.folder());
        Path found = Files.createDirectories(work.resolve("inputs"));
        Path seeds = folder.resolve(target.folder());
        List<byte[]> inputs = new ArrayList<>(Corpus.inputs(target));
        inputs.addAll(VectorSeeds.of(target));
        Corpus.write(inputs, seeds);
        Jazzer jazzer = new Jazzer(work);
        Jazzer.Outcome outcome =
                jazzer.fuzz(List.of(target), target.longestInputBytes(), seconds, List.of(found, seeds));
        System.out.printf(
                Locale.ROOT, "%s: %d executions, %s%n", target.folder(), outcome.executions(), outcome.coverage());
        expectNothing(outcome, target.folder());
        if (Boolean.getBoolean("aldis.record")) {
            record(target, jazzer, List.of(seeds, found));
        }
    }

    private void record(Targets target, Jazzer jazzer, List<Path> inputs) throws Exception {
        Path merged = Files.createDirectories(folder.resolve(target.folder() + "-merged"));
        Jazzer.Outcome outcome = jazzer.merge(target, target.longestInputBytes(), merged, inputs);
        assertEquals(0, outcome.exitCode(), outcome::said);
        Corpus.record(target, merged);
    }

    private static void expectNothing(Jazzer.Outcome outcome, String what) {
        String why = outcome.findings().isEmpty()
                ? "the fuzzer ended too early"
                : "something was found; run these inputs again: " + outcome.findings();
        assertEquals(0, outcome.exitCode(), () -> what + ": " + why + "\n" + outcome.said());
    }
}
