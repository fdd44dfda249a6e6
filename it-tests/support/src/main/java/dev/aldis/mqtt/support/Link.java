package dev.aldis.mqtt.support;

import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * One connection through a {@link FaultProxy}.
 *
 * <p>mosquitto 2.0.11 sends a QoS 2 message again that it has had PUBREC for, if a client connects twice and the first of these
 * connections ends before its answer was written: it takes a PUBREL that it is about to repeat for a message that was not
 * answered. No client can mend that. So the broker's side of a connection that has only just begun ends a little later than the
 * client's.
 */
final class Link {

    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Socket client;
    private final Socket broker;
    private final AtomicBoolean dropped = new AtomicBoolean();

    /** When the broker first said something; 0 before. */
    private volatile long answered;

    private volatile boolean torn;

    Link(Socket client, Socket broker) {
        this.client = client;
        this.broker = broker;
    }

    Socket client() {
        return client;
    }

    Socket broker() {
        return broker;
    }

    void passed(Socket from) {
        if (from == broker && answered == 0) {
            answered = System.nanoTime() | 1;
        }
    }

    /** Whether nobody has dropped it yet. */
    boolean isDroppedFirst() {
        return dropped.compareAndSet(false, true);
    }

    /** The client has been told of the end in order; what it still says is read, so that no reset comes of it. */
    void setTorn() {
        torn = true;
    }

    boolean isTorn() {
        return torn;
    }

    /** Whether the broker may still be at its first answer. */
    boolean isFresh() {
        return answered == 0 || System.nanoTime() - answered < FRESH_NANOS;
    }

    /** Gives the broker time to write what it has to say, which stays in the socket, and ends its side. */
    void endLater() {
        long end = System.nanoTime() + GRACE_NANOS;
        for (long left = GRACE_NANOS; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        FaultProxy.reset(broker);
    }
}
