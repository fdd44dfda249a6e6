package dev.aldis.mqtt.protocol.engine;

/** When a store that could not write is tried again. */
final class StoreRetry {

    private static final long PAUSE_NANOS = 1_000_000_000L;

    private long dueNanos = KeepAlive.NEVER;

    void handleFailure(long nowNanos) {
        dueNanos = nowNanos + PAUSE_NANOS;
    }

    /** Whether the store is to be left alone for now. */
    boolean isWaiting() {
        return dueNanos != KeepAlive.NEVER;
    }

    /** Time has passed; true if the store may be tried again now. */
    boolean handleTime(long nowNanos) {
        boolean due = isWaiting() && nowNanos - dueNanos >= 0;
        if (due) {
            dueNanos = KeepAlive.NEVER;
        }
        return due;
    }

    long deadlineNanos() {
        return dueNanos;
    }

    /** Whether the record of a key is given up with a batch that was not applied: messages from this one on, checkpoints. */
    static boolean isGivenUp(long key, long fromSequence) {
        int space = RecordKeys.space(key);
        boolean ofMessage = space == RecordKeys.SPACE_OUTBOUND || space == RecordKeys.SPACE_IDENTIFIER;
        return space == RecordKeys.SPACE_CHECKPOINT || (ofMessage && RecordKeys.number(key) >= fromSequence);
    }
}
