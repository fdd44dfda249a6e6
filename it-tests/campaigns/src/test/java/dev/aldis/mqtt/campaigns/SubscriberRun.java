package dev.aldis.mqtt.campaigns;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One run of the receiving process, from its start to its kill. */
public final class SubscriberRun implements AutoCloseable {

    private static final int PROBE_MILLIS = 1_000;

    private final Ledgers ledgers;
    private final LanesReady ready;
    private final int run;
    private final List<Usage> samples = new CopyOnWriteArrayList<>();
    private final ChildJvm process;

    /**
     * Starts it.
     *
     * @param server where it connects to
     * @param folder of the stores
     * @param run which one it is, from 1 on; the server must have the sessions from the second on
     * @param ledgers hear what it says
     */
    public SubscriberRun(String server, Path folder, int run, Ledgers ledgers) {
        this(server, folder, run, ledgers, List.of());
    }

    private SubscriberRun(String server, Path folder, int run, Ledgers ledgers, List<String> options) {
        this.ledgers = ledgers;
        this.run = run;
        List<String> arguments = new ArrayList<>(List.of(server, folder.toString()));
        arguments.addAll(ledgers.laneNames());
        this.ready = new LanesReady(ledgers.all().size());
        this.process = ChildJvm.start(SubscriberProgram.class, options, folder, this::hear, arguments);
    }

    /**
     * Starts it so that it says what it uses.
     *
     * @param server where it connects to
     * @param folder of the stores
     * @param ledgers hear what it says
     * @param options of the JVM
     * @return the running process
     */
    public static SubscriberRun probed(String server, Path folder, Ledgers ledgers, List<String> options) {
        List<String> all = new ArrayList<>(Probe.options(PROBE_MILLIS));
        all.addAll(options);
        return new SubscriberRun(server, folder, 1, ledgers, all);
    }

    /**
     * What it has used so far.
     *
     * @return a copy, the earliest first
     */
    public List<Usage> samples() {
        return List.copyOf(samples);
    }

    private void hear(String line) {
        if (line.startsWith(Usage.WORD)) {
            samples.add(Usage.of(line.substring(Usage.WORD.length() + 1)));
            return;
        }
        String[] words = line.split(" ", -1);
        Lane lane = Lane.of(words[1]);
        LaneLedger ledger = ledgers.of(lane);
        switch (words[0]) {
            case "received" ->
                ledger.received(
                        Integer.parseInt(words[2]), Long.parseLong(words[3]), Boolean.parseBoolean(words[4]), run);
            case "connected" -> {
                if (run > 1 && !Boolean.parseBoolean(words[2])) {
                    ledger.violate("the broker has lost the session, so nothing can be said");
                }
            }
            case "ready" -> ready.ready(lane);
            default -> {
                ledger.violate("subscriber: " + line);
                ready.fail();
            }
        }
    }

    /**
     * Waits until all its lanes are subscribed.
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

    @Override
    public void close() {
        process.close();
    }
}
