package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientClosedException;
import dev.aldis.mqtt.api.Delivery;
import dev.aldis.mqtt.api.Inbox;
import dev.aldis.mqtt.api.InboxOptions;
import dev.aldis.mqtt.api.QoS;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The messages of an {@link Inbox}, between the dispatcher that adds them and whoever fetches them. */
final class MessageInbox implements Inbox {

    private final InboxOptions options;
    private final InboxHost host;

    /** Held for moments; a virtual thread can wait at it. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final Deque<Delivery> waiting = new ArrayDeque<>();
    private final Qos0Backlog waitingQos0;
    private boolean pausing;
    private long dropped;
    private boolean closed;
    private @Nullable InboxSubscription subscription;

    MessageInbox(InboxOptions options, long maximumQos0Bytes, InboxHost host) {
        this.options = options;
        this.waitingQos0 = new Qos0Backlog(options.maximumQos0(), maximumQos0Bytes);
        this.host = host;
    }

    // --- the dispatcher

    @Override
    public void take(Delivery delivery) {
        InboxSubscription present;
        lock.lock();
        try {
            if (delivery.qos() == QoS.AT_MOST_ONCE && !enterQos0(delivery)) {
                return;
            }
            waiting.addLast(delivery);
            changed.signal();
            present = subscription;
        } finally {
            lock.unlock();
        }
        if (present != null) {
            present.schedule();
        }
    }

    private boolean enterQos0(Delivery delivery) {
        if (waitingQos0.isFull() && options.overflow() == InboxOptions.Overflow.DROP) {
            dropped++;
            return false;
        }
        waitingQos0.add(delivery);
        if (waitingQos0.isFull() && options.overflow() == InboxOptions.Overflow.PAUSE_READING && !pausing && !closed) {
            pausing = true;
            host.pauseReading(true);
        }
        return true;
    }

    /** Everything that was not fetched; for the dispatcher, after {@link InboxHost#detach}. */
    List<Delivery> removeAll() {
        lock.lock();
        try {
            List<Delivery> left = new ArrayList<>(waiting);
            waiting.clear();
            waitingQos0.clear();
            return left;
        } finally {
            lock.unlock();
        }
    }

    // --- who fetches

    @Override
    public Optional<Delivery> receive(Duration timeout) throws InterruptedException {
        if (host.inLoop()) {
            throw new IllegalStateException("This thread is the event loop that brings the messages, so waiting for one"
                    + " here would never end: receive on another thread, or subscribe to the inbox");
        }
        long nanos = nanos(timeout);
        Delivery delivery;
        lock.lockInterruptibly();
        try {
            delivery = next(null);
            while (delivery == null) {
                if (nanos <= 0) {
                    return Optional.empty();
                }
                nanos = changed.awaitNanos(nanos);
                delivery = next(null);
            }
        } finally {
            lock.unlock();
        }
        fetched(delivery);
        return Optional.of(delivery);
    }

    private static long nanos(Duration timeout) {
        try {
            return timeout.toNanos();
        } catch (ArithmeticException e) {
            return timeout.isNegative() ? 0 : Long.MAX_VALUE; // Longer than 292 years.
        }
    }

    /** The next message for a subscription, or for {@link #receive}; null if there is none. */
    @Nullable
    Delivery next(@Nullable InboxSubscription of) {
        lock.lock();
        try {
            if (closed && of == null) {
                throw new ClientClosedException("The inbox is closed, or its client is", (Throwable) null);
            }
            if (of == null && subscription != null) {
                throw new IllegalStateException(
                        "The inbox has a subscriber, which gets the messages: cancel its subscription, or use two inboxes");
            }
            if (closed || of != subscription) {
                return null;
            }
            Delivery delivery = waiting.pollFirst();
            if (delivery != null) {
                waitingQos0.remove(delivery);
                resumeReading(waitingQos0.isHalfEmpty());
            }
            return delivery;
        } finally {
            lock.unlock();
        }
    }

    private void resumeReading(boolean room) {
        if (pausing && room) {
            pausing = false;
            host.pauseReading(false);
        }
    }

    /** A message has been fetched. */
    void fetched(Delivery delivery) {
        if (options.acknowledgement() == InboxOptions.Acknowledgement.WHEN_FETCHED) {
            delivery.acknowledge();
        }
    }

    /** The subscriber could not take the message: it stays for the next one. */
    void putBack(Delivery delivery) {
        lock.lock();
        try {
            waiting.addFirst(delivery);
            waitingQos0.add(delivery);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Delivery> subscriber) {
        InboxSubscription made = new InboxSubscription(this, host, subscriber);
        boolean refused;
        lock.lock();
        try {
            refused = subscription != null;
            if (!refused) {
                subscription = made;
                // Who waits in receive() is told that there is a subscriber now.
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (refused) {
            made.refuse();
        } else {
            made.begin();
        }
    }

    /** A subscription has ended; there may be another one. */
    void ended(InboxSubscription of) {
        lock.lock();
        try {
            if (subscription == of) {
                subscription = null;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        if (end()) {
            host.detach(this);
        }
    }

    /** Nothing is fetched any more; false if that was so before. */
    boolean end() {
        InboxSubscription present;
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            closed = true;
            resumeReading(true);
            changed.signalAll();
            present = subscription;
        } finally {
            lock.unlock();
        }
        if (present != null) {
            present.schedule();
        }
        return true;
    }
}
