package dev.aldis.mqtt.campaigns;

import dev.aldis.mqtt.api.Payload;
import java.util.OptionalInt;

/** Payloads that say which one of a lane they are and show whether they are whole. Their sizes differ. */
public final class Numbered {

    private static final String FILLER = "0123456789abcdefghijklmnopqrstuvwxyz ".repeat(64);

    private Numbered() {}

    /**
     * The payload of a message.
     *
     * @param number which one, from 1 on
     * @return always the same for the same number
     */
    public static Payload payload(int number) {
        return Payload.of(text(number));
    }

    private static String text(int number) {
        // Now and then one of 2 kB, so that records, segments and buffers are not all alike.
        int size = number % 61 == 0 ? 2_048 : number * 31 % 101;
        return number + ":" + FILLER.substring(number % 37, number % 37 + size);
    }

    /**
     * Which message a payload is of.
     *
     * @param payload as it arrived
     * @return empty if it is not what was sent
     */
    public static OptionalInt number(Payload payload) {
        String text = payload.text();
        int colon = text.indexOf(':');
        try {
            int number = Integer.parseInt(text.substring(0, Math.max(0, colon)));
            return number > 0 && text(number).equals(text) ? OptionalInt.of(number) : OptionalInt.empty();
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }
}
