package dev.aldis.mqtt.protocol.client;

/** The pauses before a message is handed over again: longer and longer until that succeeds. For one thread. */
final class RetryPause {

    private static final long FIRST_NANOS = 100_000_000L;
    private static final long LONGEST_NANOS = 30_000_000_000L;

    private long nanos = FIRST_NANOS;

    long nextNanos() {
        long next = nanos;
        nanos = Math.min(LONGEST_NANOS, next * 2);
        return next;
    }

    void reset() {
        nanos = FIRST_NANOS;
    }
}
