package dev.aldis.mqtt.fuzzing;

/** What Jazzer calls: one target, or all of them, one for each input. */
public final class JazzerEntry {

    private static volatile FuzzTarget target = JazzerEntry::runAny;

    private JazzerEntry() {}

    /**
     * Called once.
     *
     * @param arguments the name of a target; none for all of them
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
        Targets[] all = Targets.values();
        all[in.next() % all.length].target().run(in.rest());
    }
}
