package dev.aldis.mqtt.campaigns;

import java.util.List;
import java.util.Random;

/** How long campaigns last and what they draw, by system properties; a short slice by default. */
public final class Campaign {

    private Campaign() {}

    /**
     * A number.
     *
     * @param property its system property
     * @param slice what it is in each build
     * @return what was asked for
     */
    public static int number(String property, int slice) {
        return Integer.getInteger(property, slice);
    }

    /**
     * The seed of what is drawn.
     *
     * @return {@code -Daldis.seed}, a random one by default
     */
    public static long seed() {
        Long given = Long.getLong("aldis.seed");
        return given != null ? given : new Random().nextLong() >>> 16;
    }

    /**
     * The stores that are tried.
     *
     * @return schemes, {@code -Daldis.stores=h2,chronicle} or all
     */
    public static List<String> stores() {
        return List.of(System.getProperty("aldis.stores", "h2,chronicle").split(",", -1));
    }
}
