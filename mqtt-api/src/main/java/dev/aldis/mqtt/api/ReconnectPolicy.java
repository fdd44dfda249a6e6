package dev.aldis.mqtt.api;

import java.time.Duration;

/**
 * When a lost connection is made again. With several servers an attempt is a round: each is tried once, in the order in
 * which they were given, until one accepts; after a connection that was stable the first one comes first again. The delay
 * between rounds doubles, is spread by up to a fifth in both directions, and starts again from its first value only after
 * a connection was stable for a while. When every server of a round refuses for a reason that a repetition cannot cure
 * (bad user name or password, not authorized, banned, identifier not valid, version not supported), the attempts end; with
 * {@link MqttClientBuilder#connectOptions} a refusal of the credentials is no such reason. A session taken over by another
 * client with the same identifier ends them at once, since two clients would throw each other out for ever.
 *
 * @param enabled whether a lost connection is made again at all
 * @param retryFirstConnect whether the first round of a {@link MqttClient#connect()} is repeated too
 * @param firstDelay the delay before the first attempt
 * @param maximumDelay the longest delay
 * @param stableAfter how long a connection must last so that the delay starts again from its first value
 * @param maximumAttempts how many attempts are made without a stable connection between them before the client gives up; 0
 *     for no end
 */
public record ReconnectPolicy(
        boolean enabled,
        boolean retryFirstConnect,
        Duration firstDelay,
        Duration maximumDelay,
        Duration stableAfter,
        int maximumAttempts) {

    /** Makes a lost connection again after 1 second, at most 30; stable after 10 seconds. First connect not repeated. */
    public static final ReconnectPolicy DEFAULT =
            new ReconnectPolicy(true, false, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(10), 0);

    /** A lost connection stays lost. */
    public static final ReconnectPolicy NEVER =
            new ReconnectPolicy(false, false, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(10), 0);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a duration is negative, the longest delay shorter than the first, or the number
     *     of attempts negative
     */
    public ReconnectPolicy {
        if (firstDelay.isNegative() || stableAfter.isNegative() || maximumDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException("Delays of reconnect must satisfy 0 <= first (" + firstDelay
                    + ") <= maximum (" + maximumDelay + ") and 0 <= stable after (" + stableAfter + ")");
        }
        if (maximumAttempts < 0) {
            throw new IllegalArgumentException("Maximum of attempts " + maximumAttempts
                    + " is out of range: use 1 or more, or 0 for attempts without end");
        }
    }

    /**
     * This policy with other delays.
     *
     * @param first the delay before the first attempt
     * @param maximum the longest delay
     * @return a new policy
     * @throws IllegalArgumentException if one is negative, or the longest shorter than the first
     */
    public ReconnectPolicy withDelays(Duration first, Duration maximum) {
        return new ReconnectPolicy(enabled, retryFirstConnect, first, maximum, stableAfter, maximumAttempts);
    }

    /**
     * This policy with the first connect repeated or not.
     *
     * @param flag whether it is repeated
     * @return a new policy
     */
    public ReconnectPolicy withRetryFirstConnect(boolean flag) {
        return new ReconnectPolicy(enabled, flag, firstDelay, maximumDelay, stableAfter, maximumAttempts);
    }

    /**
     * This policy with another idea of stable.
     *
     * @param duration how long a connection must last so that the delay starts again from its first value
     * @return a new policy
     * @throws IllegalArgumentException if negative
     */
    public ReconnectPolicy withStableAfter(Duration duration) {
        return new ReconnectPolicy(enabled, retryFirstConnect, firstDelay, maximumDelay, duration, maximumAttempts);
    }

    /**
     * This policy with an end.
     *
     * @param attempts how many attempts are made without a stable connection between them; 0 for no end
     * @return a new policy
     * @throws IllegalArgumentException if negative
     */
    public ReconnectPolicy withMaximumAttempts(int attempts) {
        return new ReconnectPolicy(enabled, retryFirstConnect, firstDelay, maximumDelay, stableAfter, attempts);
    }
}
