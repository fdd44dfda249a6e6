package dev.aldis.mqtt.spi.transport;

import java.util.concurrent.Executor;

/**
 * One thread that runs tasks one after the other. Safe for use by any number of threads. Its thread is a daemon.
 */
public interface EventLoop extends Executor {

    /**
     * Runs a task on the loop, in the order of calls from one thread. Called from the loop itself, it runs after the
     * present task. After {@link #release()} of the last owner tasks may be refused with a
     * {@link java.util.concurrent.RejectedExecutionException}.
     *
     * @param task what to run
     */
    @Override
    void execute(Runnable task);

    /**
     * Whether the caller is on this loop.
     *
     * @return true on its thread
     */
    boolean inLoop();

    /**
     * Runs a task later, on the loop.
     *
     * @param task what to run
     * @param delayNanos nanoseconds from now, 0 or more
     * @return by which it can be called off
     */
    Timer schedule(Runnable task, long delayNanos);

    /** Gives the loop back; called once by each one who acquired it. Threads end when nobody uses them, without waiting. */
    void release();

    /** A task that was scheduled. */
    @FunctionalInterface
    interface Timer {

        /** Calls the task off if it has not begun. May be called repeatedly, on the loop only. */
        void cancel();
    }
}
