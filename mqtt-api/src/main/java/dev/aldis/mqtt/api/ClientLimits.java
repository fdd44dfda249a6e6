package dev.aldis.mqtt.api;

/**
 * How much a client takes on. Everything has a limit.
 *
 * @param receiveMaximum how many QoS 1 and 2 messages may be under way from the server at once, 1 to 65,535: a server of
 *     MQTT 5.0 that sends more is disconnected. 0 asks for 1,000 and takes what comes, held back by reading no more: there are
 *     servers that send more than they are asked for (mosquitto 2.0.11), and would be disconnected again and again. A
 *     number needs MQTT 5.0
 * @param maximumPacketSizeBytes the largest packet that is received, 64 to 268,435,460 bytes; a larger one ends the
 *     connection before it is read
 * @param maximumInFlight how many QoS 1 and 2 messages may be under way to the server at once, 1 to 65,535; the server's
 *     Receive Maximum counts too. 0 chooses: 1,000 with MQTT 5.0, 10 before, since a server of 3.1.1 cannot say how many
 *     it takes, and some (mosquitto beyond its max_inflight_messages) drop what is over their limit and acknowledge it
 *     all the same
 * @param maximumQueuedMessages how many messages may be accepted and not yet completed, 1 or more
 * @param maximumQueuedBytes how many bytes of payload these may have together, 1 or more. When as many, and at least a
 *     mebibyte, have come in messages that the application has not dealt with, each User Property counted as 128, the client
 *     reads no more until it has dealt with half of them
 */
public record ClientLimits(
        int receiveMaximum,
        int maximumPacketSizeBytes,
        int maximumInFlight,
        int maximumQueuedMessages,
        long maximumQueuedBytes) {

    /**
     * The defaults: Receive Maximum 1,000, not insisted on; packets of 16 MiB; in flight as the version allows; 100,000
     * messages with 256 MiB queued.
     */
    public static final ClientLimits DEFAULT = new ClientLimits(0, 16 << 20, 0, 100_000, 256L << 20);

    /** The largest packet that MQTT can express. */
    public static final int LARGEST_PACKET_BYTES = 268_435_460;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public ClientLimits {
        checkRange("Receive Maximum", receiveMaximum, 0, 65_535);
        checkRange("Maximum Packet Size", maximumPacketSizeBytes, 64, LARGEST_PACKET_BYTES);
        checkRange("Maximum in flight", maximumInFlight, 0, 65_535);
        checkRange("Maximum of queued messages", maximumQueuedMessages, 1, Integer.MAX_VALUE);
        checkRange("Maximum of queued bytes", maximumQueuedBytes, 1, Long.MAX_VALUE);
    }

    private static void checkRange(String what, long value, long minimum, long maximum) {
        if (value < minimum || value > maximum) {
            throw new IllegalArgumentException(
                    what + " " + value + " is out of range: use " + minimum + " to " + maximum);
        }
    }

    /**
     * These limits with another Receive Maximum.
     *
     * @param value 1 to 65,535, or 0: asks for 1,000 and does not insist
     * @return new limits
     */
    public ClientLimits withReceiveMaximum(int value) {
        return new ClientLimits(
                value, maximumPacketSizeBytes, maximumInFlight, maximumQueuedMessages, maximumQueuedBytes);
    }

    /**
     * These limits with another Maximum Packet Size.
     *
     * @param value 64 to 268,435,460 bytes
     * @return new limits
     */
    public ClientLimits withMaximumPacketSizeBytes(int value) {
        return new ClientLimits(receiveMaximum, value, maximumInFlight, maximumQueuedMessages, maximumQueuedBytes);
    }

    /**
     * These limits with another window.
     *
     * @param value 1 to 65,535 messages; 0 chooses by the protocol version
     * @return new limits
     */
    public ClientLimits withMaximumInFlight(int value) {
        return new ClientLimits(
                receiveMaximum, maximumPacketSizeBytes, value, maximumQueuedMessages, maximumQueuedBytes);
    }

    /**
     * These limits with another queue.
     *
     * @param messages 1 or more messages
     * @param bytes 1 or more bytes of payload
     * @return new limits
     */
    public ClientLimits withMaximumQueued(int messages, long bytes) {
        return new ClientLimits(receiveMaximum, maximumPacketSizeBytes, maximumInFlight, messages, bytes);
    }

    /**
     * The Receive Maximum that CONNECT carries.
     *
     * @return {@link #receiveMaximum()}, or what 0 stands for
     */
    public int effectiveReceiveMaximum() {
        return receiveMaximum > 0 ? receiveMaximum : 1_000;
    }

    /**
     * The window that is used with a protocol version.
     *
     * @param version the version that is spoken
     * @return {@link #maximumInFlight()}, or what 0 stands for
     */
    public int effectiveMaximumInFlight(ProtocolVersion version) {
        if (maximumInFlight > 0) {
            return maximumInFlight;
        }
        return version == ProtocolVersion.MQTT_5 ? 1_000 : 10;
    }
}
