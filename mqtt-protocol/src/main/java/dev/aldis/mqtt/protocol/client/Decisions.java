package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.protocol.engine.Engine;
import dev.aldis.mqtt.protocol.engine.InboundMessage;
import dev.aldis.mqtt.protocol.engine.Refusal;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the application has decided, on its way from any thread to the event loop. The messages are linked through
 * themselves, so this allocates nothing; who adds decides when to wake the loop, which takes all that is there.
 */
final class Decisions {

    private final AtomicReference<@Nullable InboundMessage> newest = new AtomicReference<>();
    private final AtomicInteger handledQos0 = new AtomicInteger();
    private final AtomicLong handledQos0Bytes = new AtomicLong();

    /** Of messages that were taken; for the loop. */
    private long takenBytes;

    private volatile boolean closed;

    /**
     * Adds a message of QoS 1 or 2, each once.
     *
     * @return whether it is the first since the loop has taken any
     */
    boolean add(InboundMessage message, @Nullable Refusal refusal) {
        message.decide(refusal);
        while (true) {
            InboundMessage seen = newest.get();
            message.linkDecided(seen);
            if (newest.compareAndSet(seen, message)) {
                return seen == null;
            }
        }
    }

    /** Messages of QoS 0 have been handled, which held so many bytes. */
    void addQos0(int count, long bytes) {
        handledQos0Bytes.addAndGet(bytes);
        handledQos0.addAndGet(count);
    }

    /** Nothing that is added from now on is told to anybody. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** Tells the engine, in the order of the decisions; gives how many messages have been handled. On the loop. */
    int takeAll(Engine engine) {
        int handled = 0;
        if (handledQos0.get() != 0) {
            handled = handledQos0.getAndSet(0);
            takenBytes += handledQos0Bytes.getAndSet(0);
        }
        InboundMessage message = newest.get() == null ? null : oldestFirst(newest.getAndSet(null));
        while (message != null) {
            InboundMessage next = message.nextDecided();
            message.linkDecided(null);
            Refusal refusal = message.decision();
            if (refusal == null) {
                engine.accept(message);
            } else {
                engine.refuse(message, refusal);
            }
            handled++;
            takenBytes += message.heldBytes();
            message = next;
        }
        return handled;
    }

    /** How many bytes those held that were taken since this was asked last. On the loop. */
    long takeBytes() {
        long bytes = takenBytes;
        takenBytes = 0;
        return bytes;
    }

    private static @Nullable InboundMessage oldestFirst(@Nullable InboundMessage newestMessage) {
        InboundMessage oldest = null;
        InboundMessage message = newestMessage;
        while (message != null) {
            InboundMessage next = message.nextDecided();
            message.linkDecided(oldest);
            oldest = message;
            message = next;
        }
        return oldest;
    }
}
