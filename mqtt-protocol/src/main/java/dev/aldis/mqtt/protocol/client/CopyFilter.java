package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.protocol.engine.InboundMessage;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the further copies of a message that a server sends once for each of several subscriptions of one handler.
 *
 * <p>Copies have the same content and different Subscription Identifiers; two messages of the same content come with the same
 * identifier again. So for each content the copies are counted by identifier, and a copy is a new message exactly if its
 * identifier has come more often than each of the others. Retained messages are left alone, since a server sends them for a
 * single subscription. For one thread.
 */
final class CopyFilter {

    /** How many contents are remembered; copies follow each other closely. */
    private static final int MOST = 256;

    private record Content(int handler, long fingerprint, int properties) {}

    private static final class Counts {
        final Map<Integer, Integer> byIdentifier = new HashMap<>();
        int most;
    }

    private static final class Recent extends LinkedHashMap<Content, Counts> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Content, Counts> eldest) {
            return size() > MOST;
        }
    }

    private final Recent recent = new Recent();

    /** The subscriptions have changed, so nothing is known any more. */
    void clear() {
        recent.clear();
    }

    /** Whether a message is the first of so many equal copies. */
    boolean isFirst(InboundMessage message, int number) {
        // A retransmission counts for nothing: once too often is better than never.
        if (message.retained() || message.duplicate() || number < 2) {
            return true;
        }
        Content content = new Content(
                0, message.fingerprint(), message.message().properties().hashCode());
        Counts counts = recent.computeIfAbsent(content, ignored -> new Counts());
        return counts.most++ % number == 0;
    }

    /** Whether a message is the first of its copies for a handler, which has subscriptions with these identifiers. */
    boolean isFirst(MessageHandler handler, InboundMessage message, List<Integer> expected) {
        if (message.retained()) {
            return true;
        }
        Content content = new Content(
                System.identityHashCode(handler),
                message.fingerprint(),
                message.message().properties().hashCode());
        Counts counts = recent.computeIfAbsent(content, ignored -> new Counts());
        int before = counts.most;
        for (int identifier : message.subscriptionIdentifiers()) {
            if (expected.contains(identifier)) {
                counts.most = Math.max(counts.most, counts.byIdentifier.merge(identifier, 1, Integer::sum));
            }
        }
        return counts.most > before;
    }
}
