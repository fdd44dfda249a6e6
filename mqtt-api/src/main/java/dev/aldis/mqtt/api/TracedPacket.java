package dev.aldis.mqtt.api;

/**
 * A Control Packet as people read it. Passwords, Authentication Data and Correlation Data are never in it; payloads, that of
 * a Will Message included, only where that was asked for.
 *
 * @param direction where it goes
 * @param clientIdentifier whose packet it is; empty while the server has not assigned one
 * @param type its name as in the standard, such as {@code PUBLISH}
 * @param text what is in it; line breaks that a peer has sent are as they are here, and escaped in {@link #toString()}
 */
public record TracedPacket(Direction direction, String clientIdentifier, String type, String text) {

    /** Where a packet goes. */
    public enum Direction {
        /** To the server. */
        SENT,
        /** From the server. */
        RECEIVED
    }

    @Override
    public String toString() {
        return OneLine.of(clientIdentifier
                + (direction == Direction.SENT ? " -> " : " <- ")
                + type
                + (text.isEmpty() ? "" : " " + text));
    }
}
