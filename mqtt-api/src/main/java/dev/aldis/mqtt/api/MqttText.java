package dev.aldis.mqtt.api;

import java.nio.charset.StandardCharsets;

/** The rules for UTF-8 strings on the wire, as a sender has to keep them (section 1.5.4). */
final class MqttText {

    /** The longest encoded string: its length is a two-byte integer. */
    static final int MAXIMUM_BYTES = 65_535;

    private MqttText() {}

    /**
     * Encodes a text, or says what is wrong with it.
     *
     * @param what the name of the thing in the error
     */
    static byte[] encode(String what, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException(
                        what + " must not contain U+0000 (found at index " + i + "): remove it [MQTT-1.5.4-2]");
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw new IllegalArgumentException(what + " has half a surrogate pair at index " + i
                            + ", which UTF-8 cannot carry: use a complete character [MQTT-1.5.4-1]");
                }
                i++;
            }
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAXIMUM_BYTES) {
            throw new IllegalArgumentException(
                    what + " takes " + bytes.length + " bytes in UTF-8; at most " + MAXIMUM_BYTES + " fit: shorten it");
        }
        return bytes;
    }

    /** Checks a text without keeping its encoded form. */
    static String check(String what, String text) {
        encode(what, text);
        return text;
    }
}
