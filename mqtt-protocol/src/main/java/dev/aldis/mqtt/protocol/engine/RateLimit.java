package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.PublishRate;

/**
 * A token bucket, kept as the time at which it would be full again if nothing more were taken: one number instead of a count
 * that has to be topped up.
 */
final class RateLimit {

    private static final double NANOS_PER_SECOND = 1e9;

    private boolean limited;
    private long nanosPerMessage;
    private long burstNanos;
    private long nowNanos;
    private long fullNanos;
    private boolean refused;

    /** Sets another rate; what was taken before counts no longer. */
    void set(PublishRate rate) {
        limited = rate.messagesPerSecond() != Double.POSITIVE_INFINITY;
        nanosPerMessage = (long) (NANOS_PER_SECOND / rate.messagesPerSecond());
        // At most what fits: a hundred years of messages are a burst without limit.
        burstNanos = (long) Math.min(3e18, (double) nanosPerMessage * (rate.burst() - 1));
        fullNanos = nowNanos;
        refused = false;
    }

    void handleTime(long now) {
        nowNanos = now;
    }

    /** Takes a token, if there is one. */
    boolean take() {
        if (!limited) {
            return true;
        }
        if (fullNanos - nowNanos < 0) {
            fullNanos = nowNanos;
        }
        refused = fullNanos - nowNanos > burstNanos;
        if (!refused) {
            fullNanos += nanosPerMessage;
        }
        return !refused;
    }

    /** When there is a token again for who was refused one; {@link KeepAlive#NEVER} if nobody was. */
    long deadlineNanos() {
        return refused ? fullNanos - burstNanos : KeepAlive.NEVER;
    }

    /** Nobody waits for a token any more. */
    void forget() {
        refused = false;
    }
}
