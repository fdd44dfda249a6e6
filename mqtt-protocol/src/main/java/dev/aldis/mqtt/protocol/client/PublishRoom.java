package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.OverflowPolicy;
import dev.aldis.mqtt.protocol.engine.Engine;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * What the calls that want an answer at once know of the room in the queue: what the event loop has told in its last turn,
 * and what has been reserved and has not reached it. Only these calls pay for it.
 */
final class PublishRoom {

    private final ClientLimits limits;

    /** With this policy older messages make room, so that there always is some. */
    private final boolean alwaysRoom;

    private final AtomicLong reservedMessages = new AtomicLong();
    private final AtomicLong reservedBytes = new AtomicLong();
    private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();

    /** Written by the event loop. */
    private volatile long messages;

    private volatile long bytes;
    private volatile boolean closed;

    PublishRoom(ClientLimits limits, OverflowPolicy policy) {
        this.limits = limits;
        this.alwaysRoom = policy == OverflowPolicy.DROP_OLDEST;
    }

    /** Takes room for a message, if there is any. Any thread. */
    synchronized boolean reserve(int sizeBytes) {
        // A closed client refuses by itself, and a message that never fits is refused by the engine with the reason.
        if (closed || sizeBytes > limits.maximumQueuedBytes()) {
            reservedMessages.incrementAndGet();
            reservedBytes.addAndGet(sizeBytes);
            return true;
        }
        boolean room = alwaysRoom
                || (reservedMessages.get() + messages < limits.maximumQueuedMessages()
                        && reservedBytes.get() + bytes + sizeBytes <= limits.maximumQueuedBytes());
        if (room) {
            reservedMessages.incrementAndGet();
            reservedBytes.addAndGet(sizeBytes);
        }
        return room;
    }

    /**
     * Waits for room.
     *
     * @return false if the time is over
     */
    boolean await(int sizeBytes, long nanos) throws InterruptedException {
        if (reserve(sizeBytes)) {
            return true;
        }
        long begin = System.nanoTime();
        Thread thread = Thread.currentThread();
        waiting.add(thread);
        try {
            while (!reserve(sizeBytes)) {
                long left = nanos - (System.nanoTime() - begin);
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
                if (Thread.interrupted()) {
                    throw new InterruptedException("Interrupted while waiting for room in the queue");
                }
            }
            return true;
        } finally {
            waiting.remove(thread);
            wake(); // It may have taken a wake-up that was meant for another one as well.
        }
    }

    /** What was reserved has reached the engine, or was refused there. Nobody sees it counted twice, or as free. */
    synchronized void arrived(Engine engine, int sizeBytes) {
        tell(engine);
        release(sizeBytes);
    }

    void release(int sizeBytes) {
        reservedMessages.decrementAndGet();
        reservedBytes.addAndGet(-sizeBytes);
    }

    /** What the queue holds now. */
    void tell(Engine engine) {
        messages = engine.outboundSize();
        bytes = engine.queuedBytes();
    }

    /** The end of a turn of the event loop. */
    void endTurn(Engine engine) {
        tell(engine);
        if (!waiting.isEmpty()) {
            wake();
        }
    }

    /** Nobody waits any more. */
    void close() {
        closed = true;
        wake();
    }

    private void wake() {
        waiting.forEach(LockSupport::unpark);
    }
}
