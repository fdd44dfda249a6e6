package dev.aldis.mqtt.examples.cli;

import java.util.concurrent.locks.LockSupport;

/** Lets a loop turn so many times a second and no more. */
final class Pace {

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final long stepNanos;
    private long nextNanos;

    /**
     * A pace that begins now.
     *
     * @param perSecond how many times a second; 0 for no limit
     */
    Pace(long perSecond) {
        this.stepNanos = perSecond == 0 ? 0 : SECOND_NANOS / perSecond;
        this.nextNanos = System.nanoTime();
    }

    /** Waits for the next turn. Turns that were missed while the loop was held up elsewhere are not made up for. */
    void await() throws InterruptedException {
        if (stepNanos == 0) {
            return;
        }
        long now = System.nanoTime();
        while (now < nextNanos) {
            LockSupport.parkNanos(nextNanos - now);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            now = System.nanoTime();
        }
        // At most a tenth of a second is made up for, which evens out what the operating system's timer adds.
        nextNanos = Math.max(nextNanos, now - SECOND_NANOS / 10) + stepNanos;
    }
}
