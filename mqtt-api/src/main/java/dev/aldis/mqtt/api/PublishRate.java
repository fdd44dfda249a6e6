package dev.aldis.mqtt.api;

/**
 * How fast messages are sent: a token bucket. What is faster waits in the queue; what is sent again after a reconnect is not
 * counted.
 *
 * @param messagesPerSecond more than 0; infinite for no limit
 * @param burst how many messages may leave at once after a pause, 1 or more
 */
public record PublishRate(double messagesPerSecond, int burst) {

    /** As fast as the connection takes them. */
    public static final PublishRate UNLIMITED = new PublishRate(Double.POSITIVE_INFINITY, 1);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public PublishRate {
        if (!(messagesPerSecond >= 0.000_1)) {
            throw new IllegalArgumentException(
                    "Rate " + messagesPerSecond + " is out of range: use 0.0001 messages per second or more");
        }
        if (burst < 1) {
            throw new IllegalArgumentException("Burst " + burst + " is out of range: use 1 or more");
        }
    }

    /**
     * A rate without bursts.
     *
     * @param messagesPerSecond 0.0001 or more
     * @return the rate
     * @throws IllegalArgumentException if it is out of range
     */
    public static PublishRate perSecond(double messagesPerSecond) {
        return new PublishRate(messagesPerSecond, 1);
    }
}
