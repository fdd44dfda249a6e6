package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.protocol.engine.Engine;
import dev.aldis.mqtt.protocol.engine.InboundMessage;
import dev.aldis.mqtt.protocol.engine.Refusal;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the application has decided, on its way from any thread to the event loop. The messages are linked through
 * themselves, so this allocates nothing; who adds decides when to wake the loop, which takes all that is there.
 */
final class Decisions {

    private final AtomicReference<@Nullable InboundMessage> newest = new AtomicReference<>();
    private final AtomicInteger handledQos0 = new AtomicInteger();
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

    /** Messages of QoS 0 have been handled. */
    void addQos0(int count) {
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
        int handled = handledQos0.get() == 0 ? 0 : handledQos0.getAndSet(0);
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
            message = next;
        }
        return handled;
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
