package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** What a store's thread has been asked to do. The lock is held for a few instructions only. */
final class WorkQueue {

    /** A batch to write. */
    record Append(ChangeBatch batch, AppendCompletion completion) {}

    /** A page of records to read. */
    record Read(long fromKey, int limit, CompletableFuture<List<StoredRecord>> result) {

        Read(long fromKey, int limit) {
            this(fromKey, limit, new CompletableFuture<>());
        }

        /** Waits for the records, also if the thread is interrupted: the store's thread always answers. */
        List<StoredRecord> await() {
            try {
                return result.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof StoreException cause) {
                    throw cause;
                }
                throw e;
            }
        }
    }

    /** Why a wait has ended. */
    enum Event {
        WORK,
        PAUSE,
        CLOSED
    }

    private List<Append> appends = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();
    private boolean closed;

    /** Adds a batch; false if the queue is closed. */
    synchronized boolean offer(Append append) {
        if (!closed) {
            appends.add(append);
            notifyAll();
        }
        return !closed;
    }

    /** Adds a read; false if the queue is closed. */
    synchronized boolean offer(Read read) {
        if (!closed) {
            reads.add(read);
            notifyAll();
        }
        return !closed;
    }

    /** Lets nothing more in. What is in is still given out. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /**
     * Waits for something to do and moves all of it to the caller.
     *
     * @param pauseNanos ends the wait; 0 for never
     * @return {@code CLOSED} when nothing is left and nothing will come
     */
    synchronized Event take(List<Append> toAppend, List<Read> toRead, long pauseNanos) throws InterruptedException {
        long start = System.nanoTime();
        while (appends.isEmpty() && reads.isEmpty()) {
            if (closed) {
                return Event.CLOSED;
            }
            if (pauseNanos == 0) {
                wait();
                continue;
            }
            long left = pauseNanos - (System.nanoTime() - start);
            if (left <= 0) {
                return Event.PAUSE;
            }
            wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
        }
        toAppend.addAll(appends);
        appends.clear();
        toRead.addAll(reads);
        reads.clear();
        return Event.WORK;
    }

    /** All batches that wait now. */
    synchronized List<Append> takeAppends() {
        List<Append> taken = appends;
        appends = new ArrayList<>();
        return taken;
    }
}
