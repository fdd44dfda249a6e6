package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.MqttException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Commands from any number of threads to one event loop.
 *
 * <p>A stack that is taken whole and turned round: adding is one compare-and-set, and only the one who adds to an empty
 * queue has to wake the loop, so a burst costs one wake-up.
 */
final class CommandQueue {

    private static final QueueNode CLOSED = new Command() {
        @Override
        public void run() {}
    };

    /** What became of an addition. */
    enum Added {
        /** The loop must be woken. */
        FIRST,
        /** Whoever came first has woken the loop. */
        BEHIND,
        /** The queue is closed; the command was not added. */
        REFUSED
    }

    private final AtomicReference<@Nullable QueueNode> newest = new AtomicReference<>();

    Added add(QueueNode node) {
        while (true) {
            QueueNode seen = newest.get();
            if (seen == CLOSED) {
                return Added.REFUSED;
            }
            node.nextNode(seen);
            if (newest.compareAndSet(seen, node)) {
                return seen == null ? Added.FIRST : Added.BEHIND;
            }
        }
    }

    /** Takes everything; the result is the oldest command, linked to those behind it. */
    @Nullable
    QueueNode takeAll() {
        QueueNode seen = newest.get();
        if (seen == null || seen == CLOSED) {
            return null;
        }
        return oldestFirst(newest.getAndSet(null));
    }

    private static @Nullable QueueNode oldestFirst(@Nullable QueueNode newestNode) {
        QueueNode oldest = null;
        QueueNode node = newestNode;
        while (node != null) {
            QueueNode next = node.nextNode();
            node.nextNode(oldest);
            oldest = node;
            node = next;
        }
        return oldest;
    }

    /** Lets nothing in any more, and aborts what was not taken. */
    void close(MqttException cause) {
        QueueNode node = newest.getAndSet(CLOSED);
        if (node == CLOSED) {
            return;
        }
        node = oldestFirst(node);
        while (node != null) {
            QueueNode next = node.nextNode();
            node.nextNode(null);
            node.abort(cause);
            node = next;
        }
    }
}
