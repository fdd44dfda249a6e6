package dev.aldis.mqtt.persistence.h2;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A store whose one thread does all that may block. Appends queue up for it while it writes; what it finds in the queue
 * becomes one commit, and the completions are called in order after it.
 */
final class H2SessionStore implements SessionStore {

    private static final Logger LOG = System.getLogger(H2SessionStore.class.getName());

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

    private final RecordFile file;
    private final StoreLock lock;
    private final WorkQueue queue = new WorkQueue();
    private final Thread thread;

    private volatile @Nullable StoreException closeFailure;

    H2SessionStore(RecordFile file, StoreLock lock) {
        this.file = file;
        this.lock = lock;
        this.thread = new StoreThread(this::run, "aldis-mqtt-h2 " + file);
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
            throw new IllegalStateException("The store " + file
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
        return new StoreException("The store " + file + " is closed", (Throwable) null);
    }

    private void run() {
        try (lock) {
            work();
            file.close();
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            closeFailure = new StoreException(
                    "The store " + file + " could not be closed in order (" + rootOf(e)
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
            file.tidy();
            return NO_PAUSE;
        } catch (IOException | RuntimeException | Error e) {
            LOG.log(Level.WARNING, "The store " + file + " could not be tidied; it works on", e);
            file.abandon(e);
            return file.isBroken() ? PAUSE_NANOS : NO_PAUSE;
        }
    }

    private void answer(WorkQueue.Read read) {
        try {
            read.result().complete(file.scan(read.fromKey(), read.limit()));
        } catch (StoreException e) {
            read.result().completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            file.abandon(e);
            read.result()
                    .completeExceptionally(new StoreException(
                            "The store " + file + " cannot be read (" + rootOf(e)
                                    + "): check the disk; closing and opening the"
                                    + " store sets aside what is damaged",
                            e));
        }
    }

    private void commitInParts(List<WorkQueue.Append> group) {
        int start = 0;
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

    private @Nullable StoreException commit(List<WorkQueue.Append> group) {
        try {
            file.mend();
            for (WorkQueue.Append append : group) {
                file.apply(append.batch());
            }
            file.commit();
        } catch (RuntimeException | Error e) {
            file.abandon(e);
            return new StoreException(
                    "The store " + file + " could not be written (" + rootOf(e)
                            + "): check the disk and the space on it; nothing of this was stored",
                    e);
        }
        for (WorkQueue.Append append : group) {
            tell(append, null);
        }
        return null;
    }

    /**
     * Fails batches, and with them those that were appended before anybody could know of it: what is stored is what was
     * appended up to some batch, never with a gap.
     */
    private void fail(List<WorkQueue.Append> group, StoreException failure) {
        for (List<WorkQueue.Append> failed = group; !failed.isEmpty(); failed = queue.takeAppends()) {
            for (WorkQueue.Append append : failed) {
                tell(append, failure);
            }
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
            LOG.log(Level.ERROR, "A completion of the store " + file + " failed; the store goes on", e);
        }
    }

    /** What lies behind an exception of H2, which does not say it itself. */
    private static Throwable rootOf(Throwable e) {
        Throwable root = e;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }
}
