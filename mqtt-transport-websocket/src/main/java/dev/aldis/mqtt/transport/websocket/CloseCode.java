package dev.aldis.mqtt.transport.websocket;

/** The status codes of Close frames (RFC 6455, section 7.4.1). */
final class CloseCode {

    private static final int NONE = -1;
    private static final int NORMAL = 1000;
    private static final int GOING_AWAY = 1001;

    private CloseCode() {}

    /** Whether a server that has nothing to complain of closes with it. */
    static boolean isInOrder(int code) {
        return code == NONE || code == NORMAL || code == GOING_AWAY;
    }

    static String meaning(int code) {
        return switch (code) {
            case 1002 -> "protocol error";
            case 1003 -> "a kind of data that it does not take";
            case 1007 -> "data that do not fit their kind";
            case 1008 -> "against its policy";
            case 1009 -> "a message that is too large for it";
            case 1010 -> "an extension is missing";
            case 1011 -> "an error inside of the server";
            case 1012 -> "the server restarts";
            case 1013 -> "try again later";
            default -> "a meaning of its own";
        };
    }
}
