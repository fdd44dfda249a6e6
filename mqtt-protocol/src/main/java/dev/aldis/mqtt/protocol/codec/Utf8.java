package dev.aldis.mqtt.protocol.codec;

/**
 * UTF-8 as section 1.5.4 wants it. The decoder of the platform replaces errors silently, and its encoder turns half a
 * surrogate pair into a question mark; here both are errors.
 */
final class Utf8 {

    private Utf8() {}

    /** How many bytes a text takes. Half a surrogate pair counts like a character; {@link #encode} refuses it. */
    static int sizeBytes(String text) {
        int size = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                // A surrogate adds one, so that the two of a pair make four bytes.
                size += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return size;
    }

    /**
     * Encodes a text.
     *
     * @param target has three bytes of room for each char
     * @return the index after the last byte
     * @throws IllegalArgumentException if the text has U+0000 or half a surrogate pair
     */
    static int encode(String what, String text, byte[] target, int offset) {
        int length = text.length();
        int at = offset;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                if (c == 0) {
                    throw new IllegalArgumentException(
                            what + " must not contain U+0000 (found at index " + i + "): remove it [MQTT-1.5.4-2]");
                }
                target[at++] = (byte) c;
            } else if (c < 0x800) {
                target[at++] = (byte) (0xC0 | c >> 6);
                target[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (Character.isSurrogate(c)) {
                at = encodePair(what, text, i++, target, at);
            } else {
                target[at++] = (byte) (0xE0 | c >> 12);
                target[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                target[at++] = (byte) (0x80 | (c & 0x3F));
            }
        }
        return at;
    }

    private static int encodePair(String what, String text, int index, byte[] target, int offset) {
        char high = text.charAt(index);
        if (!Character.isHighSurrogate(high)
                || index + 1 == text.length()
                || !Character.isLowSurrogate(text.charAt(index + 1))) {
            throw new IllegalArgumentException(what + " has half a surrogate pair at index " + index
                    + ", which UTF-8 cannot carry: use a complete character [MQTT-1.5.4-1]");
        }
        int codePoint = Character.toCodePoint(high, text.charAt(index + 1));
        target[offset] = (byte) (0xF0 | codePoint >> 18);
        target[offset + 1] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
        target[offset + 2] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
        target[offset + 3] = (byte) (0x80 | (codePoint & 0x3F));
        return offset + 4;
    }

    /** How many bytes from the start are ASCII without U+0000, the usual case; the whole length if all are. */
    static int asciiPrefix(byte[] bytes, int offset, int length) {
        int i = 0;
        while (i < length && bytes[offset + i] > 0) {
            i++;
        }
        return i;
    }

    /**
     * Where some bytes stop being UTF-8 that is allowed: not shortest form, cut, stray, a surrogate, above U+10FFFF, or
     * U+0000. Control characters and non-characters pass: who rejects them can be knocked off by any publisher (section
     * 5.4.9).
     *
     * @return the index of the first bad byte from {@code offset} on, or -1 if all is well
     */
    static int firstError(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at < end) {
            int size = sequenceSize(bytes, at, end);
            if (size == 0) {
                return at - offset;
            }
            at += size;
        }
        return -1;
    }

    /** The table 3-7 of the Unicode standard: the second byte has the range that depends on the first. */
    private static int sequenceSize(byte[] bytes, int at, int end) {
        int lead = bytes[at] & 0xFF;
        if (lead < 0x80) {
            return lead == 0 ? 0 : 1;
        }
        int size = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
        if (size == 0 || size > end - at) {
            return 0;
        }
        int low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        int second = bytes[at + 1] & 0xFF;
        if (second < low || second > high) {
            return 0;
        }
        for (int i = 2; i < size; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return size;
    }
}
