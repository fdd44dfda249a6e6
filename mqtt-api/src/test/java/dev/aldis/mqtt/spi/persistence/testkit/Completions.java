package dev.aldis.mqtt.spi.persistence.testkit;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Notes how appends end: in which order, how often, and with what. Safe for use by several threads. */
final class Completions {

    private static final long PATIENCE_SECONDS = 60;

    private final List<Integer> order = new ArrayList<>();
    private @Nullable StoreException firstFailure;

    /** A completion with a number. */
    AppendCompletion numbered(int number) {
        return new AppendCompletion() {
            @Override
            public void appended() {
                note(number, null);
            }

            @Override
            public void failed(StoreException cause) {
                note(number, cause);
            }
        };
    }

    private synchronized void note(int number, @Nullable StoreException failure) {
        order.add(number);
        if (firstFailure == null) {
            firstFailure = failure;
        }
        notifyAll();
    }

    /** The numbers in the order in which their completions were called. */
    synchronized List<Integer> order() {
        return new ArrayList<>(order);
    }

    synchronized @Nullable StoreException firstFailure() {
        return firstFailure;
    }

    /** Waits until so many completions have been called; fails the test if that takes a minute. */
    synchronized void await(int count) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (order.size() < count) {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMillis <= 0) {
                throw new AssertionError("After " + PATIENCE_SECONDS + " seconds only " + order.size() + " of " + count
                        + " appends had completed");
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException e) {
                throw new AssertionError("Interrupted while waiting for appends", e);
            }
        }
    }

    /** Waits like {@link #await}, and fails the test if one of the appends failed. */
    void awaitSuccess(int count) {
        await(count);
        StoreException failure = firstFailure();
        if (failure != null) {
            throw new AssertionError("An append failed", failure);
        }
    }
}
