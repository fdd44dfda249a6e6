package dev.aldis.mqtt.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread publish with no more than some messages in flight. Where the window is full it waits until a quarter of
 * it is free: a semaphore would wake the publisher for each single message, and then the benchmark measures wake-ups.
 */
final class Window extends Completion {

    /** A client that completes nothing for so long has lost a message. */
    static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final int size;
    private final int batch;
    private final Thread publisher = Thread.currentThread();
    private final AtomicLong completed = new AtomicLong();
    private volatile long wakeAt = Long.MAX_VALUE;
    private volatile @Nullable Throwable failure;
    private long sent;

    /** For the calling thread. */
    Window(int size) {
        this.size = size;
        this.batch = Math.max(1, size / 4);
    }

    /** Waits for a free place and takes it. */
    void enter() throws TimeoutException {
        if (sent - completed.get() >= size) {
            await(sent - size + batch);
        }
        sent++;
    }

    /** Waits until all that has been sent is complete. */
    void drain() throws TimeoutException {
        await(sent);
    }

    long sent() {
        return sent;
    }

    private void await(long count) throws TimeoutException {
        wakeAt = count;
        long deadline = System.nanoTime() + STALL_NANOS;
        while (completed.get() < count) {
            LockSupport.parkNanos(this, TimeUnit.SECONDS.toNanos(1));
            Throwable cause = failure;
            if (cause != null) {
                throw new IllegalStateException("A publish failed", cause);
            }
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("Only " + completed.get() + " of " + sent
                        + " publishes completed, and none of" + " the others within 20 s");
            }
        }
        wakeAt = Long.MAX_VALUE;
    }

    @Override
    void completed() {
        if (completed.incrementAndGet() >= wakeAt) {
            LockSupport.unpark(publisher);
        }
    }

    @Override
    void failed(Throwable cause) {
        failure = cause;
        LockSupport.unpark(publisher);
    }
}
