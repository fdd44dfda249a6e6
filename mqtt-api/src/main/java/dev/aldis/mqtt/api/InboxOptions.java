package dev.aldis.mqtt.api;

import java.util.Objects;

/**
 * How an {@link Inbox} keeps messages.
 *
 * @param maximumQos0 how many QoS 0 messages wait in it before the overflow begins, 1 to 1,000,000; it also begins when they
 *     hold as many bytes as {@link ClientLimits#maximumQueuedBytes()}, and at least a mebibyte, each User Property counted as
 *     128. QoS 1 and 2 are bounded by the Receive Maximum, and before MQTT 5.0 by the limit at which the client reads no more
 * @param overflow what happens to QoS 0 messages beyond that
 * @param acknowledgement when a message is acknowledged
 */
public record InboxOptions(int maximumQos0, Overflow overflow, Acknowledgement acknowledgement) {

    /** What happens to QoS 0 messages that nobody has fetched. */
    public enum Overflow {
        /**
         * The client reads no more from the connection until half of the messages are fetched, so that the server is held
         * back. This holds for everything that the server sends on this connection; what was read before is still kept.
         */
        PAUSE_READING,
        /** The newest message is dropped and counted. */
        DROP
    }

    /** When a message of an inbox is acknowledged. */
    public enum Acknowledgement {
        /** When it is fetched: {@link Inbox#receive} returns it, or {@code onNext} of a subscriber has returned. */
        WHEN_FETCHED,
        /** When {@link Delivery#acknowledge()} is called. */
        BY_HAND
    }

    /** 1,000 QoS 0 messages, then reading pauses; acknowledged when fetched. */
    public static final InboxOptions DEFAULT =
            new InboxOptions(1_000, Overflow.PAUSE_READING, Acknowledgement.WHEN_FETCHED);

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the number is out of range
     */
    public InboxOptions {
        Objects.requireNonNull(overflow);
        Objects.requireNonNull(acknowledgement);
        if (maximumQos0 < 1 || maximumQos0 > 1_000_000) {
            throw new IllegalArgumentException(
                    "Maximum of QoS 0 messages " + maximumQos0 + " is out of range: use 1 to 1000000");
        }
    }

    /**
     * These options with another limit for QoS 0.
     *
     * @param value 1 to 1,000,000
     * @return new options
     * @throws IllegalArgumentException if out of range
     */
    public InboxOptions withMaximumQos0(int value) {
        return new InboxOptions(value, overflow, acknowledgement);
    }

    /**
     * These options with another overflow.
     *
     * @param value what happens beyond the limit
     * @return new options
     */
    public InboxOptions withOverflow(Overflow value) {
        return new InboxOptions(maximumQos0, value, acknowledgement);
    }

    /**
     * These options with another acknowledgement.
     *
     * @param value when a message is acknowledged
     * @return new options
     */
    public InboxOptions withAcknowledgement(Acknowledgement value) {
        return new InboxOptions(maximumQos0, overflow, value);
    }
}
