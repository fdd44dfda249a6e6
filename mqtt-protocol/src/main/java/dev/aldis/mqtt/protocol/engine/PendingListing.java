package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows a visitor all messages that are not complete: what is in memory at once, the rest page by page. While pages are
 * read messages go on: one that has been read meanwhile is found in memory, one that has ended is left out.
 */
final class PendingListing {

    private final PendingVisitor visitor;
    private final SessionState session;
    private final QueuePaging paging;

    /** The number from which on messages have not been shown. */
    private long next;

    PendingListing(PendingVisitor visitor, SessionState session, QueuePaging paging) {
        this.visitor = visitor;
        this.session = session;
        this.paging = paging;
    }

    long next() {
        return next;
    }

    /** Shows what is in memory; from the limit on there may be messages in the store only. */
    void showUpTo(long limit) {
        next = 0;
        showRest(session.inFlight.first(), limit);
        showRest(session.queue.first(), limit);
        next = limit;
    }

    /** Shows what memory has besides. */
    void finish() {
        showRest(from(session.inFlight, next), Long.MAX_VALUE);
        showRest(from(session.queue, next), Long.MAX_VALUE);
        visitor.end(null);
    }

    void fail(MqttException cause) {
        visitor.end(cause);
    }

    private @Nullable OutboundMessage showRest(@Nullable OutboundMessage first, long limit) {
        OutboundMessage message = first;
        while (message != null && message.sequence < limit) {
            visitor.visit(message);
            message = message.next;
        }
        return message;
    }

    private static @Nullable OutboundMessage from(MessageList list, long sequence) {
        OutboundMessage message = list.first();
        while (message != null && message.sequence < sequence) {
            message = message.next;
        }
        return message;
    }

    /** Shows the messages of a page; false if it shows the end. */
    boolean take(List<StoredRecord> records, boolean full) {
        OutboundMessage sent = from(session.inFlight, next);
        OutboundMessage resident = from(session.queue, next);
        for (StoredRecord record : records) {
            if (record.key() >= RecordKeys.OUTBOUND_END) {
                return false;
            }
            long sequence = RecordKeys.number(record.key());
            // Up to and with this one, if it is in memory.
            sent = showRest(sent, sequence + 1);
            boolean inMemory = isLastShown(sent, session.inFlight, sequence);
            resident = showRest(resident, sequence + 1);
            inMemory |= isLastShown(resident, session.queue, sequence);
            if (!inMemory && paging.isPagedOut(sequence)) {
                show(record, sequence, resident);
            }
            next = sequence + 1;
        }
        return full;
    }

    private static boolean isLastShown(@Nullable OutboundMessage following, MessageList list, long sequence) {
        OutboundMessage shown = following == null ? list.last() : following.previous;
        return shown != null && shown.sequence == sequence;
    }

    private void show(StoredRecord record, long sequence, @Nullable OutboundMessage behind) {
        OutboundMessage message;
        try {
            message = StoredOutbound.read(
                    sequence, record.kind(), record.content().asByteBuffer());
        } catch (RuntimeException e) {
            return; // It is reported when it comes to the front.
        }
        if (message.phase != OutboundPhase.RELEASED && visitor.visit(message)) {
            paging.adopt(message, behind);
        }
    }
}
