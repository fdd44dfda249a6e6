package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Counts the messages that an earlier run has left behind the front of the queue, page by page, while the engine works. */
final class EarlierQueue {

    private static final int MOST_RECORDS = 1_024;

    private final SessionState session;
    private final PageSize pageSize = new PageSize(MOST_RECORDS);

    /** Up to where, and to where at all, is counted. */
    private long countedTo;

    private long end;

    EarlierQueue(SessionState session) {
        this.session = session;
    }

    /** There may be messages from one number on, up to another. */
    void begin(long from, long endSequence) {
        countedTo = from;
        end = endSequence;
    }

    /** What is before this number has been read anyway. */
    void passed(long sequence) {
        countedTo = Math.max(countedTo, sequence);
    }

    boolean isCounted() {
        return countedTo >= end;
    }

    /** Whether a message that is in the store only is counted among these. */
    boolean isCounted(long sequence) {
        return sequence < countedTo || sequence >= end;
    }

    long readFrom() {
        return countedTo;
    }

    int readLimit() {
        return pageSize.records();
    }

    /** Counts a page, except what is in memory and what has ended. */
    void count(List<StoredRecord> records, LongPredicate hasEnded) {
        boolean last = !pageSize.took(records);
        long next = countedTo;
        OutboundMessage resident = session.queue.first();
        for (StoredRecord record : records) {
            if (record.key() >= RecordKeys.outbound(end)) {
                last = true;
                break;
            }
            long sequence = RecordKeys.number(record.key());
            next = sequence + 1;
            resident = notBefore(resident, sequence);
            boolean inMemory = resident != null && resident.sequence == sequence;
            if (!inMemory && !hasEnded.test(sequence)) {
                session.pagedOut++;
                session.pagedOutBytes += payloadSizeBytes(record, sequence);
            }
        }
        countedTo = last ? end : next;
    }

    private static @Nullable OutboundMessage notBefore(@Nullable OutboundMessage from, long sequence) {
        OutboundMessage message = from;
        while (message != null && message.sequence < sequence) {
            message = message.next;
        }
        return message;
    }

    private static int payloadSizeBytes(StoredRecord record, long sequence) {
        try {
            return StoredOutbound.read(sequence, record.kind(), record.content().asByteBuffer())
                    .message()
                    .payload()
                    .sizeBytes();
        } catch (RuntimeException e) {
            return 0; // It is reported when it comes to the front.
        }
    }
}
