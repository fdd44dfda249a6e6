package dev.aldis.mqtt.spi.transport;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * An event loop that is a daemon thread with a queue, for authors of transports that have no loop of their own. It has one
 * owner: {@link #release()} ends it.
 *
 * <p>What a task throws goes to the {@link java.lang.Thread.UncaughtExceptionHandler} of the thread, and the loop goes on.
 */
public final class SingleThreadEventLoop implements EventLoop {

    private final Object lock = new Object();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Queue<ScheduledTask> timers = new PriorityQueue<>();
    private final Thread thread;
    private long lastTimerNumber;
    private boolean released;

    private SingleThreadEventLoop(String threadName) {
        thread = new Thread(null, this::run, threadName, 0, false);
        thread.setDaemon(true);
    }

    /**
     * Starts a loop.
     *
     * @param threadName the name of its thread
     * @return the loop, running; the caller is its owner
     */
    public static SingleThreadEventLoop start(String threadName) {
        SingleThreadEventLoop loop = new SingleThreadEventLoop(threadName);
        loop.thread.start();
        return loop;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (lock) {
            refuseIfReleased();
            tasks.add(task);
            lock.notifyAll();
        }
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the delay is negative
     */
    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        if (delayNanos < 0) {
            throw new IllegalArgumentException("The delay of " + delayNanos + " ns must be 0 or more");
        }
        synchronized (lock) {
            refuseIfReleased();
            lastTimerNumber++;
            ScheduledTask timer = new ScheduledTask(task, System.nanoTime() + delayNanos, lastTimerNumber);
            timers.add(timer);
            lock.notifyAll();
            return () -> cancel(timer);
        }
    }

    @Override
    public void release() {
        synchronized (lock) {
            released = true;
            timers.clear();
            lock.notifyAll();
        }
    }

    private void refuseIfReleased() {
        if (released) {
            throw new RejectedExecutionException(
                    "The event loop '" + thread.getName() + "' has ended, because it was released");
        }
    }

    private void cancel(ScheduledTask timer) {
        timer.cancelled = true;
        synchronized (lock) {
            timers.remove(timer);
        }
    }

    private void run() {
        for (Runnable task = next(); task != null; task = next()) {
            try {
                task.run();
            } catch (Throwable thrown) {
                thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
            }
        }
    }

    /** Waits for something to do; null when the loop ends. */
    private @Nullable Runnable next() {
        synchronized (lock) {
            while (true) {
                long nowNanos = System.nanoTime();
                for (ScheduledTask due = timers.peek(); due != null && due.isDue(nowNanos); due = timers.peek()) {
                    timers.remove();
                    tasks.add(due);
                }
                Runnable task = tasks.poll();
                if (task != null || released) {
                    return task;
                }
                await(nowNanos);
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // The caller is the loop.
    private void await(long nowNanos) {
        try {
            ScheduledTask first = timers.peek();
            if (first == null) {
                lock.wait();
            } else {
                // Rounded up, so that the loop does not spin through the last fraction of a millisecond.
                long millis = (first.dueNanos - nowNanos) / 1_000_000 + 1;
                lock.wait(millis);
            }
        } catch (InterruptedException stray) {
            // Only a task can have left it behind: nobody else knows this thread. It wakes the loop once and is gone.
        }
    }

    private static final class ScheduledTask implements Runnable, Comparable<ScheduledTask> {

        private final Runnable task;
        private final long dueNanos;
        private final long number;

        /** For one that is due and waits for its turn; used on the loop only. */
        private boolean cancelled;

        ScheduledTask(Runnable task, long dueNanos, long number) {
            this.task = task;
            this.dueNanos = dueNanos;
            this.number = number;
        }

        boolean isDue(long nowNanos) {
            return dueNanos - nowNanos <= 0;
        }

        @Override
        public int compareTo(ScheduledTask other) {
            int byTime = Long.signum(dueNanos - other.dueNanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }

        @Override
        public void run() {
            if (!cancelled) {
                task.run();
            }
        }
    }
}
