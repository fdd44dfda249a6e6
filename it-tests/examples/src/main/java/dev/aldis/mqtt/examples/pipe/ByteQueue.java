package dev.aldis.mqtt.examples.pipe;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** The bytes on their way in one direction, in the portions in which they were written. Safe for use by several threads. */
final class ByteQueue {

    private final Queue<byte[]> portions = new ArrayDeque<>();
    private long sizeBytes;
    private boolean ended;
    private boolean broken;

    /** Adds a portion, whatever the size of the queue; drops it if nobody will read it. Gives the size afterwards. */
    synchronized long add(byte[] portion) {
        if (!ended && !broken && portion.length > 0) {
            portions.add(portion);
            sizeBytes += portion.length;
            notifyAll();
        }
        return sizeBytes;
    }

    /** Waits until the queue is no longer than this. */
    synchronized void awaitRoom(long longestBytes) throws IOException, InterruptedException {
        while (sizeBytes > longestBytes && !broken) {
            wait();
        }
        if (broken) {
            throw new IOException("The pipe is broken");
        }
    }

    /** The next portion if there is one now. */
    synchronized byte @Nullable [] poll() {
        byte[] next = portions.poll();
        if (next != null) {
            sizeBytes -= next.length;
            notifyAll();
        }
        return next;
    }

    /** Waits for the next portion; null if that was all. */
    synchronized byte @Nullable [] take() throws IOException, InterruptedException {
        while (portions.isEmpty() && !ended && !broken) {
            wait();
        }
        if (broken) {
            throw new IOException("The pipe is broken");
        }
        return poll();
    }

    synchronized long sizeBytes() {
        return sizeBytes;
    }

    /** Nothing follows what is in the queue. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** The reader has gone: what is written from now on is dropped. */
    synchronized void discard() {
        portions.clear();
        sizeBytes = 0;
        ended = true;
        notifyAll();
    }

    /** Nothing counts any more, not even what is in the queue. */
    synchronized void breakOff() {
        broken = true;
        portions.clear();
        sizeBytes = 0;
        notifyAll();
    }

    /** The writer has gone: an error for the reader, unless the writer had said that this was all. */
    synchronized void breakOffUnlessEnded() {
        if (!ended) {
            breakOff();
        }
    }

    synchronized boolean isAtItsEnd() {
        return ended && portions.isEmpty();
    }

    synchronized boolean isBroken() {
        return broken;
    }
}
