package dev.aldis.mqtt.api;

import java.time.Duration;
import java.util.Objects;

/**
 * What becomes of messages that wait. How many may wait stands in {@link ClientLimits}.
 *
 * @param overflow what happens when too many wait
 * @param offlineQos0 what happens to messages of QoS 0 without a connection
 * @param maximumAge how long a message may wait before it is sent for the first time; then it ends as
 *     {@link PublicationState#EXPIRED}, like one whose Message Expiry Interval has passed. By the wall clock, since it counts
 *     over restarts. Zero for no limit
 */
public record QueuePolicy(OverflowPolicy overflow, OfflineQos0 offlineQos0, Duration maximumAge) {

    private static final Duration LONGEST = Duration.ofDays(50_000);

    /** Refuse what is too much, keep QoS 0 in memory, no limit of age. */
    public static final QueuePolicy DEFAULT =
            new QueuePolicy(OverflowPolicy.REJECT_NEWEST, OfflineQos0.KEEP_IN_MEMORY, Duration.ZERO);

    /**
     * Checks the age.
     *
     * @throws IllegalArgumentException if it is negative or more than 50,000 days
     */
    public QueuePolicy {
        Objects.requireNonNull(overflow);
        Objects.requireNonNull(offlineQos0);
        if (maximumAge.isNegative() || maximumAge.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "Maximum age " + maximumAge + " is out of range: use zero to " + LONGEST);
        }
    }

    /**
     * This policy with another way to meet an overflow.
     *
     * @param value the way
     * @return a new policy
     */
    public QueuePolicy withOverflow(OverflowPolicy value) {
        return new QueuePolicy(value, offlineQos0, maximumAge);
    }

    /**
     * This policy with another treatment of QoS 0.
     *
     * @param value the treatment
     * @return a new policy
     */
    public QueuePolicy withOfflineQos0(OfflineQos0 value) {
        return new QueuePolicy(overflow, value, maximumAge);
    }

    /**
     * This policy with another maximum age.
     *
     * @param value zero for no limit, at most 50,000 days
     * @return a new policy
     */
    public QueuePolicy withMaximumAge(Duration value) {
        return new QueuePolicy(overflow, offlineQos0, value);
    }
}
