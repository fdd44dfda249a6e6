package dev.aldis.mqtt.examples.mainjob;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How far the rows have come, for one thread to wait on. */
final class Milestones {

    private final Map<Moment, Integer> rows = new EnumMap<>(Moment.class);
    private boolean ended;
    private @Nullable String failure;

    /** Something has happened to a row, and to all before it. */
    synchronized void reach(Moment moment, int row) {
        rows.merge(moment, row, Math::max);
        notifyAll();
    }

    /** The end of the rows has reached the ledger. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** What is waited for will not happen. */
    synchronized void fail(String reason) {
        failure = reason;
        notifyAll();
    }

    /** Waits for a moment of a row. */
    synchronized void await(Moment moment, int row, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (rows.getOrDefault(moment, 0) < row) {
            waitUntil(deadline, "row " + row + " to be " + moment);
        }
    }

    /** Waits for the end of the rows. */
    synchronized void awaitEnd(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!ended) {
            waitUntil(deadline, "the end of the rows");
        }
    }

    // Called in a loop by both callers.
    @SuppressWarnings("WaitNotInLoop")
    private void waitUntil(long deadlineNanos, String what) throws InterruptedException {
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        long millis = (deadlineNanos - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new IllegalStateException("waited in vain for " + what + "; reached so far: " + rows);
        }
        wait(millis);
    }
}
