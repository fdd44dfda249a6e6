package dev.aldis.mqtt.api;

/**
 * Text for logs, of which a part comes from a peer. Line breaks and other control characters may stand in what it sends
 * (section 1.5.4 only advises against them), and must not make lines of their own in a log, or move about in a terminal.
 */
final class OneLine {

    private OneLine() {}

    /** The same text, with each control character and line break as <code>&#92;u000a</code>. */
    static String of(String text) {
        int first = 0;
        while (first < text.length() && !breaks(text.charAt(first))) {
            first++;
        }
        if (first == text.length()) {
            return text;
        }
        StringBuilder line = new StringBuilder(text.length() + 16).append(text, 0, first);
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (breaks(c)) {
                line.append(String.format("\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        return line.toString();
    }

    private static boolean breaks(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }
}
