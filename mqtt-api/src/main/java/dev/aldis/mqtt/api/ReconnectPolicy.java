package dev.aldis.mqtt.api;

import java.time.Duration;

/**
 * When a lost connection is made again. The delay doubles from attempt to attempt, is spread by up to a fifth in both
 * directions, and starts again from its first value only after a connection was stable for a while. Refusals that a
 * repetition cannot cure (bad user name or password, not authorized, banned, identifier not valid, version not
 * supported) and a session taken over by another client end the attempts.
 *
 * @param enabled whether a lost connection is made again at all
 * @param retryFirstConnect whether the first connect of a {@link MqttClient#connect()} is repeated too
 * @param firstDelay the delay before the first attempt
 * @param maximumDelay the longest delay
 * @param stableAfter how long a connection must last so that the delay starts again from its first value
 */
public record ReconnectPolicy(
        boolean enabled, boolean retryFirstConnect, Duration firstDelay, Duration maximumDelay, Duration stableAfter) {

    /** Makes a lost connection again after 1 second, at most 30; stable after 10 seconds. First connect not repeated. */
    public static final ReconnectPolicy DEFAULT =
            new ReconnectPolicy(true, false, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(10));

    /** A lost connection stays lost. */
    public static final ReconnectPolicy NEVER =
            new ReconnectPolicy(false, false, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(10));

    /**
     * Checks the durations.
     *
     * @throws IllegalArgumentException if a duration is negative, or the longest delay shorter than the first
     */
    public ReconnectPolicy {
        if (firstDelay.isNegative() || stableAfter.isNegative() || maximumDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException("Delays of reconnect must satisfy 0 <= first (" + firstDelay
                    + ") <= maximum (" + maximumDelay + ") and 0 <= stable after (" + stableAfter + ")");
        }
    }

    /**
     * This policy with other delays.
     *
     * @param first the delay before the first attempt
     * @param maximum the longest delay
     * @return a new policy
     */
    public ReconnectPolicy withDelays(Duration first, Duration maximum) {
        return new ReconnectPolicy(enabled, retryFirstConnect, first, maximum, stableAfter);
    }

    /**
     * This policy with the first connect repeated or not.
     *
     * @param flag whether it is repeated
     * @return a new policy
     */
    public ReconnectPolicy withRetryFirstConnect(boolean flag) {
        return new ReconnectPolicy(enabled, flag, firstDelay, maximumDelay, stableAfter);
    }
}
