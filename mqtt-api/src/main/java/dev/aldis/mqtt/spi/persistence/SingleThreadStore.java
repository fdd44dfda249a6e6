package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.StoreException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A ready half of a store for authors whose other half may block: one thread of its own does all that {@link BlockingStore}
 * says. Appends queue up for it while it writes; what it finds in the queue becomes one commit, and the completions are
 * called in order after it, on that thread. A batch that fails takes those with it that were appended before anybody could
 * know of it, or that are not wanted any more ({@link AppendCompletion#isWanted()}), so that what is stored never has a gap.
 *
 * <p>The thread is a daemon, does not heed interrupts, and ends in {@link #close()}. Safe for use by several threads at once.
 */
public final class SingleThreadStore implements SessionStore {

    private static final Logger LOG = System.getLogger(SingleThreadStore.class.getName());

    /** Larger groups are cut, so that the memory for one commit stays bounded. */
    private static final long GROUP_BYTES = 16 << 20;

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long NO_PAUSE = 0;

    /** A thread that cannot be interrupted: that would close the file that it works on. */
    private static final class StoreThread extends Thread {

        StoreThread(Runnable work, String name) {
            super(work, name);
            setDaemon(true);
        }

        @Override
        public void interrupt() {
            LOG.log(Level.DEBUG, "{0} does not heed interrupts", getName());
        }
    }

    private final BlockingStore store;
    private final AutoCloseable lock;
    private final WorkQueue queue = new WorkQueue();
    private final Thread thread;

    private volatile @Nullable StoreException closeFailure;

    /**
     * Starts the thread.
     *
     * @param store does the work; used by that thread only from now on
     * @param lock is closed when the store is closed, whether in order or not
     * @param threadName what the thread is called, in front of the store's name; for example {@code aldis-mqtt-h2}
     */
    public SingleThreadStore(BlockingStore store, AutoCloseable lock, String threadName) {
        this.store = store;
        this.lock = lock;
        this.thread = new StoreThread(this::run, threadName + " " + store);
        thread.start();
    }

    @Override
    public void append(ChangeBatch batch, AppendCompletion completion) {
        if (!queue.offer(new WorkQueue.Append(batch, completion))) {
            completion.failed(closedError());
        }
    }

    @Override
    public List<StoredRecord> scan(long fromKey, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("Limit " + limit + " is below 1: ask for one record or more");
        }
        WorkQueue.Read read = new WorkQueue.Read(fromKey, limit);
        if (Thread.currentThread() == thread) {
            answer(read);
        } else if (!queue.offer(read)) {
            throw closedError();
        }
        return read.await();
    }

    @Override
    public void close() {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("The store " + store
                    + " was closed by a completion, which would wait for itself: close it on another thread");
        }
        queue.close();
        joinThread();
        StoreException failure = closeFailure;
        if (failure != null) {
            closeFailure = null;
            throw failure;
        }
    }

    private void joinThread() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private StoreException closedError() {
        return new StoreException("The store " + store + " is closed", (Throwable) null);
    }

    private void run() {
        try (lock) {
            work();
            store.close();
        } catch (Exception | Error e) {
            closeFailure = new StoreException(
                    "The store " + store + " could not be closed in order (" + rootOf(e)
                            + "): check the disk; what was stored is found when it is opened again",
                    e);
        }
    }

    private void work() throws InterruptedException {
        List<WorkQueue.Append> group = new ArrayList<>();
        List<WorkQueue.Read> reads = new ArrayList<>();
        long pauseNanos = PAUSE_NANOS;
        while (true) {
            switch (queue.take(group, reads, pauseNanos)) {
                case CLOSED -> {
                    return;
                }
                case PAUSE -> pauseNanos = tidy();
                case WORK -> {
                    // Reads first: they are to see what is complete, and nothing of the group is.
                    reads.forEach(this::answer);
                    commitInParts(group);
                    reads.clear();
                    group.clear();
                    pauseNanos = PAUSE_NANOS;
                }
            }
        }
    }

    /** Tidies up; how long to pause before the next time. */
    private long tidy() {
        try {
            store.tidy();
            return NO_PAUSE;
        } catch (IOException | RuntimeException | Error e) {
            LOG.log(Level.WARNING, "The store " + store + " could not be tidied; it works on", e);
            store.abandon(e);
            return store.isBroken() ? PAUSE_NANOS : NO_PAUSE;
        }
    }

    private void answer(WorkQueue.Read read) {
        try {
            read.result().complete(store.scan(read.fromKey(), read.limit()));
        } catch (StoreException e) {
            read.result().completeExceptionally(e);
        } catch (IOException | RuntimeException | Error e) {
            store.abandon(e);
            read.result()
                    .completeExceptionally(new StoreException(
                            "The store " + store + " cannot be read (" + rootOf(e)
                                    + "): check the disk; closing and opening the"
                                    + " store sets aside what is damaged",
                            e));
        }
    }

    private void commitInParts(List<WorkQueue.Append> group) {
        int start = failUnwanted(group);
        while (start < group.size()) {
            int end = start;
            long bytes = 0;
            while (end < group.size() && bytes < GROUP_BYTES) {
                bytes += group.get(end++).batch().contentSizeBytes();
            }
            StoreException failure = commit(group.subList(start, end));
            if (failure != null) {
                fail(group.subList(start, group.size()), failure);
                return;
            }
            start = end;
        }
    }

    /** Fails those at the front that were appended when an earlier one had failed already; how many they are. */
    private int failUnwanted(List<WorkQueue.Append> group) {
        int count = 0;
        while (count < group.size() && !group.get(count).completion().isWanted()) {
            tell(
                    group.get(count),
                    new StoreException(
                            "An earlier change could not be stored in " + store + ", and this one was to follow it",
                            (Throwable) null));
            count++;
        }
        return count;
    }

    private @Nullable StoreException commit(List<WorkQueue.Append> group) {
        try {
            for (WorkQueue.Append append : group) {
                store.apply(append.batch());
            }
            store.commit();
        } catch (IOException | RuntimeException | Error e) {
            store.abandon(e);
            return new StoreException(
                    "The store " + store + " could not be written (" + rootOf(e)
                            + "): check the disk and the space on it; nothing of this was stored",
                    e);
        }
        tellAll(group, null);
        return null;
    }

    /**
     * Fails batches, and with them those that were appended before anybody could know of it: what is stored is what was
     * appended up to some batch, never with a gap. What comes after that is tried: who appends again as soon as it hears of
     * the failure would otherwise never reach the store that is mended by its next use.
     */
    private void fail(List<WorkQueue.Append> group, StoreException failure) {
        tellAll(group, failure);
        tellAll(queue.takeAppends(), failure);
    }

    private void tellAll(List<WorkQueue.Append> group, @Nullable StoreException failure) {
        for (WorkQueue.Append append : group) {
            tell(append, failure);
        }
    }

    private void tell(WorkQueue.Append append, @Nullable StoreException failure) {
        try {
            if (failure == null) {
                append.completion().appended();
            } else {
                append.completion().failed(failure);
            }
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "A completion of the store " + store + " failed; the store goes on", e);
        }
    }

    /** What lies behind an exception that does not say it itself. */
    private static Throwable rootOf(Throwable e) {
        Throwable root = e;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }
}
