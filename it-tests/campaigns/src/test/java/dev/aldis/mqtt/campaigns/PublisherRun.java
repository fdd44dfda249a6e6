package dev.aldis.mqtt.campaigns;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One run of the publishing process. */
public final class PublisherRun extends ProgramRun {

    /** Up to where each lane came. */
    private record Finish(int last, int pending) {}

    private final Map<Lane, Finish> finished;

    /**
     * Starts it.
     *
     * @param server where it connects to
     * @param folder of the stores
     * @param seed of what it draws
     * @param ledgers hear what it says
     */
    public PublisherRun(String server, Path folder, long seed, Ledgers ledgers) {
        this(server, folder, seed, ledgers, List.of(), new ConcurrentHashMap<>());
    }

    private PublisherRun(
            String server, Path folder, long seed, Ledgers ledgers, List<String> options, Map<Lane, Finish> finished) {
        super(
                PublisherProgram.class,
                options,
                folder,
                ledgers,
                (word, lane, ledger, rest) -> hear(word, lane, ledger, rest, finished),
                List.of(server, folder.toString(), Long.toString(seed)));
        this.finished = finished;
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
        return new PublisherRun(server, folder, 1, ledgers, probed(options), new ConcurrentHashMap<>());
    }

    private static boolean hear(String word, Lane lane, LaneLedger ledger, String[] rest, Map<Lane, Finish> finished) {
        switch (word) {
            case "stored" -> ledger.stored(Integer.parseInt(rest[0]));
            case "completed" -> ledger.completed(Integer.parseInt(rest[0]));
            case "recovered" -> ledger.recovered(Integer.parseInt(rest[0]), Integer.parseInt(rest[1]));
            case "finished" -> finished.put(lane, new Finish(Integer.parseInt(rest[0]), Integer.parseInt(rest[1])));
            default -> {
                return false;
            }
        }
        return true;
    }

    /**
     * Lets it complete what is under way, and end.
     *
     * @throws InterruptedException if interrupted
     */
    public void finish() throws InterruptedException {
        process().tell("stop");
        int code = process().awaitExit(240);
        if (code != 0) {
            throw new AssertionError("The publisher ended with " + code + "; it said: "
                    + process().said());
        }
    }

    int last(Lane lane) {
        return finished.getOrDefault(lane, new Finish(0, 0)).last();
    }

    int pending(Lane lane) {
        return finished.getOrDefault(lane, new Finish(0, 0)).pending();
    }
}
