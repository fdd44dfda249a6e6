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
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A store whose one thread does all that may block. Appends queue up for it while it writes; what it finds in the queue
 * becomes one commit, and the completions are called in order after it.
 */
final class H2SessionStore implements SessionStore {

    private static final Logger LOG = System.getLogger(H2SessionStore.class.getName());

    private record Append(ChangeBatch batch, AppendCompletion completion) {}

    private record Read(long fromKey, int limit, CompletableFuture<List<StoredRecord>> result) {}

    private final RecordFile file;
    private final StoreLock lock;
    private final Thread thread;

    /** Guarded by {@link #monitor}, as are the three fields below. */
    private final Object monitor = new Object();

    private List<Append> appends = new ArrayList<>();
    private List<Read> reads = new ArrayList<>();
    private boolean closing;

    private @Nullable StoreException closeFailure;

    H2SessionStore(RecordFile file, StoreLock lock) {
        this.file = file;
        this.lock = lock;
        this.thread = new Thread(this::run, "aldis-mqtt-h2 " + file);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void append(ChangeBatch batch, AppendCompletion completion) {
        synchronized (monitor) {
            if (!closing) {
                appends.add(new Append(batch, completion));
                monitor.notifyAll();
                return;
            }
        }
        completion.failed(closedError());
    }

    @Override
    public List<StoredRecord> scan(long fromKey, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("Limit " + limit + " is below 1: ask for one record or more");
        }
        if (Thread.currentThread() == thread) {
            return file.scan(fromKey, limit);
        }
        CompletableFuture<List<StoredRecord>> result = new CompletableFuture<>();
        synchronized (monitor) {
            if (closing) {
                throw closedError();
            }
            reads.add(new Read(fromKey, limit, result));
            monitor.notifyAll();
        }
        return result.join();
    }

    @Override
    public void close() {
        synchronized (monitor) {
            closing = true;
            monitor.notifyAll();
        }
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
        StoreException failure = closeFailure;
        if (failure != null) {
            closeFailure = null;
            throw failure;
        }
    }

    private void run() {
        List<Append> group = new ArrayList<>();
        List<Read> asked = new ArrayList<>();
        try (lock) {
            while (take(group, asked)) {
                asked.forEach(this::answer);
                asked.clear();
                commit(group);
                group.clear();
            }
            file.close();
        } catch (IOException | RuntimeException e) {
            closeFailure = new StoreException("The store " + file + " could not be closed: " + e, e);
        }
    }

    /** Waits for work and takes all there is; false when there is none and will be none. */
    private boolean take(List<Append> group, List<Read> asked) {
        synchronized (monitor) {
            while (appends.isEmpty() && reads.isEmpty()) {
                if (closing) {
                    return false;
                }
                try {
                    monitor.wait();
                } catch (InterruptedException e) {
                    LOG.log(Level.DEBUG, "Interrupted, which this thread does not heed", e);
                }
            }
            group.addAll(appends);
            appends.clear();
            asked.addAll(reads);
            reads.clear();
            return true;
        }
    }

    private void answer(Read read) {
        try {
            read.result().complete(file.scan(read.fromKey(), read.limit()));
        } catch (RuntimeException e) {
            read.result().completeExceptionally(new StoreException("The store " + file + " cannot be read: " + e, e));
        }
    }

    private void commit(List<Append> group) {
        if (group.isEmpty()) {
            return;
        }
        try {
            for (Append append : group) {
                file.apply(append.batch());
            }
            file.commit();
        } catch (RuntimeException e) {
            StoreException failure = new StoreException("The store " + file + " could not be written: " + e, e);
            group.forEach(append -> append.completion().failed(failure));
            return;
        }
        group.forEach(append -> append.completion().appended());
    }

    private StoreException closedError() {
        return new StoreException("The store " + file + " is closed", (Throwable) null);
    }
}
