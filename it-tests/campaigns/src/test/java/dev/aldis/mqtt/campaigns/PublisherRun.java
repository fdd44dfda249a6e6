package dev.aldis.mqtt.campaigns;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** One run of the publishing process, from its start to its end or kill. */
public final class PublisherRun implements AutoCloseable {

    private static final int PROBE_MILLIS = 1_000;

    private record Finish(int last, int pending) {}

    private final Ledgers ledgers;
    private final LanesReady ready;
    private final Map<Lane, Finish> finished = new ConcurrentHashMap<>();
    private final List<Usage> samples = new CopyOnWriteArrayList<>();
    private final ChildJvm process;

    /**
     * Starts it.
     *
     * @param server where it connects to
     * @param folder of the stores
     * @param seed of what it draws
     * @param ledgers hear what it says
     */
    public PublisherRun(String server, Path folder, long seed, Ledgers ledgers) {
        this(server, folder, seed, ledgers, List.of());
    }

    private PublisherRun(String server, Path folder, long seed, Ledgers ledgers, List<String> options) {
        this.ledgers = ledgers;
        List<String> arguments = new ArrayList<>(List.of(server, folder.toString(), Long.toString(seed)));
        arguments.addAll(ledgers.laneNames());
        this.ready = new LanesReady(ledgers.all().size());
        this.process = ChildJvm.start(PublisherProgram.class, options, folder, this::hear, arguments);
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
    public static PublisherRun probed(String server, Path folder, Ledgers ledgers, List<String> options) {
        List<String> all = new ArrayList<>(Probe.options(PROBE_MILLIS));
        all.addAll(options);
        return new PublisherRun(server, folder, 1, ledgers, all);
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
        String[] words = line.split(" ", 3);
        Lane lane = Lane.of(words[1]);
        LaneLedger ledger = ledgers.of(lane);
        switch (words[0]) {
            case "stored" -> ledger.stored(Integer.parseInt(words[2]));
            case "completed" -> ledger.completed(Integer.parseInt(words[2]));
            case "recovered" -> {
                String[] numbers = words[2].split(" ", -1);
                ledger.recovered(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
            }
            case "ready" -> ready.ready(lane);
            case "finished" -> {
                String[] numbers = words[2].split(" ", -1);
                finished.put(lane, new Finish(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1])));
            }
            default -> {
                ledger.violate("publisher: " + line);
                ready.fail();
            }
        }
    }

    /**
     * Waits until all its lanes are connected.
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

    /**
     * Lets it complete what is under way, and end.
     *
     * @throws InterruptedException if interrupted
     */
    public void finish() throws InterruptedException {
        process.tell("stop");
        int code = process.awaitExit(240);
        if (code != 0) {
            throw new AssertionError("The publisher ended with " + code + "; it said: " + process.said());
        }
    }

    int last(Lane lane) {
        return finished.getOrDefault(lane, new Finish(0, 0)).last();
    }

    int pending(Lane lane) {
        return finished.getOrDefault(lane, new Finish(0, 0)).pending();
    }

    @Override
    public void close() {
        process.close();
    }
}
