package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.QueuePolicy;
import java.util.OptionalLong;

/**
 * Which messages have waited too long: for their Message Expiry Interval, or for the client's own limit. By the wall clock,
 * since it counts over restarts.
 */
final class QueueAge {

    private static final long NEVER = Long.MAX_VALUE;

    /** The standard counts in seconds, so looking through the queue more often would be in vain. */
    private static final long SWEEP_MILLIS = 1_000;

    private static final long LONGEST_WAIT_MILLIS = 3_600_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final long maximumAgeMillis;
    private long nowNanos;
    private long nowMillis = Long.MIN_VALUE;

    /** When the first of the messages that are known expires, or earlier. */
    private long nextMillis = NEVER;

    private long sweptMillis = Long.MIN_VALUE;

    QueueAge(QueuePolicy policy) {
        this.maximumAgeMillis = policy.maximumAge().toMillis();
    }

    void handleClock(long nanos, long epochMillis) {
        nowNanos = nanos;
        nowMillis = epochMillis;
    }

    /** A message waits from now on. */
    void watch(OutboundMessage message) {
        nextMillis = Math.min(nextMillis, expiresAtMillis(message));
    }

    boolean isExpired(OutboundMessage message) {
        return nowMillis >= expiresAtMillis(message);
    }

    private long expiresAtMillis(OutboundMessage message) {
        OptionalLong expirySeconds = message.message().properties().messageExpirySeconds();
        if (maximumAgeMillis == 0 && expirySeconds.isEmpty()) {
            return NEVER;
        }
        long intervalMillis = maximumAgeMillis == 0 ? NEVER : maximumAgeMillis;
        if (expirySeconds.isPresent()) {
            intervalMillis = Math.min(intervalMillis, expirySeconds.getAsLong() * 1_000);
        }
        return intervalMillis == NEVER ? NEVER : message.acceptedAtEpochMillis() + intervalMillis;
    }

    /** Whether the queue is to be looked through now; then each message that stays is to be watched again. */
    boolean beginSweep() {
        if (nowMillis < sweptMillis) {
            sweptMillis = Long.MIN_VALUE; // The clock was set back.
        }
        if (nowMillis < dueMillis()) {
            return false;
        }
        nextMillis = NEVER;
        sweptMillis = nowMillis;
        return true;
    }

    long deadlineNanos() {
        if (nextMillis == NEVER || nowMillis == Long.MIN_VALUE) {
            return KeepAlive.NEVER;
        }
        return nowNanos + Math.min(LONGEST_WAIT_MILLIS, Math.max(1, dueMillis() - nowMillis)) * NANOS_PER_MILLI;
    }

    private long dueMillis() {
        return Math.max(nextMillis, sweptMillis + SWEEP_MILLIS);
    }

    MqttException cause(OutboundMessage message) {
        boolean own = message.message().properties().messageExpirySeconds().isPresent();
        return new PublishException(
                "The message has expired before it was sent: it waited for "
                        + Math.max(0, nowMillis - message.acceptedAtEpochMillis()) / 1_000
                        + " s; its Message Expiry Interval is "
                        + (own
                                ? message.message()
                                                .properties()
                                                .messageExpirySeconds()
                                                .getAsLong() + " s"
                                : "not set")
                        + ", the queue's maximum age "
                        + (maximumAgeMillis == 0 ? "not set" : maximumAgeMillis / 1_000 + " s"),
                (Throwable) null);
    }
}
