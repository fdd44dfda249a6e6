package dev.aldis.mqtt.campaigns;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One run of a process with one client for each lane, from its start to its end or kill. */
public abstract class ProgramRun implements AutoCloseable {

    private static final int PROBE_MILLIS = 1_000;

    /** What only one kind of process says. */
    interface Hearer {

        /**
         * Hears a line.
         *
         * @param word that the line begins with
         * @param lane that it is about
         * @param ledger of the lane
         * @param rest of the line, its words
         * @return whether the word is known
         */
        boolean hear(String word, Lane lane, LaneLedger ledger, String[] rest);
    }

    private final String name;
    private final Ledgers ledgers;
    private final Hearer hearer;
    private final LanesReady ready;
    private final List<Usage> samples = new CopyOnWriteArrayList<>();

    /** Begins to talk while it is started, so it comes last. */
    private final ChildJvm process;

    ProgramRun(
            Class<?> program,
            List<String> options,
            Path folder,
            Ledgers ledgers,
            Hearer hearer,
            List<String> arguments) {
        this.name = program.getSimpleName();
        this.ledgers = ledgers;
        this.hearer = hearer;
        this.ready = new LanesReady(ledgers.all().size());
        List<String> all = new ArrayList<>(arguments);
        all.addAll(ledgers.laneNames());
        this.process = ChildJvm.start(program, options, folder, this::hear, all);
    }

    /** With what makes the process say what it uses. */
    static List<String> probed(List<String> options) {
        List<String> all = new ArrayList<>(Probe.options(PROBE_MILLIS));
        all.addAll(options);
        return all;
    }

    private void hear(String line) {
        if (line.startsWith(Usage.WORD)) {
            samples.add(Usage.of(line.substring(Usage.WORD.length() + 1)));
            return;
        }
        String[] words = line.split(" ", 3);
        Lane lane = Lane.of(words[1]);
        LaneLedger ledger = ledgers.of(lane);
        String[] rest = words.length < 3 ? new String[0] : words[2].split(" ", -1);
        if (words[0].equals("ready")) {
            ready.ready(lane);
        } else if (!hearer.hear(words[0], lane, ledger, rest)) {
            ledger.violate(name + ": " + line);
            ready.fail();
        }
    }

    /**
     * What it has used so far.
     *
     * @return a copy, the earliest first; empty unless it was started so that it says so
     */
    public List<Usage> samples() {
        return List.copyOf(samples);
    }

    /**
     * Waits until all its lanes are connected, and subscribed if they receive.
     *
     * @throws InterruptedException if interrupted
     */
    public void awaitReady() throws InterruptedException {
        ready.await(process);
    }

    /**
     * Ends it with SIGKILL.
     *
     * @throws InterruptedException if interrupted
     */
    public void kill() throws InterruptedException {
        process.kill();
    }

    final ChildJvm process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
