package dev.aldis.mqtt.fuzzing;

import java.util.Arrays;
import java.util.List;

/** What Jazzer calls: one target, or one of several for each input. */
public final class JazzerEntry {

    private static volatile List<Targets> targets = List.of();

    private JazzerEntry() {}

    /**
     * Called once. A target's first input makes what the others need, so it is run here, where no clock watches it.
     *
     * @param names the targets
     * @throws Exception if something has been found
     */
    public static void fuzzerInitialize(String[] names) throws Exception {
        targets = Arrays.stream(names).map(Targets::valueOf).toList();
        for (Targets target : targets) {
            target.target().run(new byte[0]);
        }
    }

    /**
     * Called for each input. Where there are several targets, its first byte says which one gets the rest.
     *
     * @param input whatever Jazzer draws
     * @throws Exception if something has been found
     */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        Input in = new Input(input);
        List<Targets> all = targets;
        Targets chosen = all.size() == 1 ? all.get(0) : in.oneOf(all);
        chosen.target().run(in.rest());
    }
}
