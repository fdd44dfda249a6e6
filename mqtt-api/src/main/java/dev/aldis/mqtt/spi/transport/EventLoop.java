package dev.aldis.mqtt.spi.transport;

import java.util.concurrent.Executor;

/**
 * One thread that runs tasks one after the other. Safe for use by any number of threads, except where said. The thread is
 * a daemon. {@link SingleThreadEventLoop} is ready for use by transports that have no loop of their own.
 *
 * <p>A task must not block: whatever shares the loop waits for it. What a task throws does not end the loop; it is
 * reported, never swallowed.
 */
public interface EventLoop extends Executor {

    /**
     * Runs a task on the loop, after those that the calling thread gave before. Called from the loop itself, it runs
     * after the present task, never inside it. What was written by the caller before is visible to the task.
     *
     * @param task what to run
     * @throws java.util.concurrent.RejectedExecutionException if the loop has ended, because every owner has released it
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
     * Runs a task later, on the loop. Tasks that are due run in the order of their times. When the loop ends, tasks that
     * are not due yet are dropped.
     *
     * @param task what to run
     * @param delayNanos nanoseconds from now, 0 or more; the task never runs earlier
     * @return by which it can be called off
     * @throws java.util.concurrent.RejectedExecutionException if the loop has ended, because every owner has released it
     */
    Timer schedule(Runnable task, long delayNanos);

    /**
     * Gives the loop back; called once by each one who acquired it, on any thread, the loop's own included. Returns at once.
     *
     * <p>The loop ends when its last owner has released it: tasks that were given before still run, later ones are refused,
     * and the thread ends without waiting for anything. An owner therefore releases its loop only after
     * {@link TransportListener#closed} of the last connection that it made with it.
     */
    void release();

    /** A task that was scheduled. */
    @FunctionalInterface
    interface Timer {

        /** Calls the task off if it has not begun. May be called repeatedly and after the task has run, on the loop only. */
        void cancel();
    }
}
