package dev.aldis.mqtt.fuzzing;

import java.util.List;

/** What Jazzer calls: one target, or those of the short run, one for each input. */
public final class JazzerEntry {

    private static volatile FuzzTarget target = JazzerEntry::runAny;

    private JazzerEntry() {}

    /**
     * Called once.
     *
     * @param arguments the name of a target; none for those of the short run
     */
    public static void fuzzerInitialize(String[] arguments) {
        if (arguments.length == 1 && !arguments[0].isEmpty()) {
            target = Targets.valueOf(arguments[0]).target();
        }
    }

    /**
     * Called for each input.
     *
     * @param input whatever Jazzer draws
     * @throws Exception if something has been found
     */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        target.run(input);
    }

    /** The target that the first byte says, with the rest. */
    private static void runAny(byte[] input) throws Exception {
        Input in = new Input(input);
        List<Targets> all = Targets.ofShortRun();
        all.get(in.next() % all.size()).target().run(in.rest());
    }
}
