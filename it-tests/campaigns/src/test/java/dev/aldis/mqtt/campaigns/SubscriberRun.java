package dev.aldis.mqtt.campaigns;

import java.nio.file.Path;
import java.util.List;

/** One run of the receiving process. */
public final class SubscriberRun extends ProgramRun {

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
        super(
                SubscriberProgram.class,
                options,
                folder,
                ledgers,
                (word, lane, ledger, rest) -> hear(word, ledger, rest, run),
                List.of(server, folder.toString()));
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
        return new SubscriberRun(server, folder, 1, ledgers, probed(options));
    }

    private static boolean hear(String word, LaneLedger ledger, String[] rest, int run) {
        switch (word) {
            case "received" ->
                ledger.received(Integer.parseInt(rest[0]), Long.parseLong(rest[1]), Boolean.parseBoolean(rest[2]), run);
            case "connected" -> {
                if (run > 1 && !Boolean.parseBoolean(rest[0])) {
                    ledger.violate("the broker has lost the session, so nothing can be said");
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }
}
