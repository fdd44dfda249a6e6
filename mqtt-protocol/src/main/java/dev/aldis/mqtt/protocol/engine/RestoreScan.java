package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.List;

/**
 * Reads what an earlier run has left: all of it, except the part of a long queue that is behind its front. That an engine
 * can begin does therefore not depend on how long the queue is.
 */
final class RestoreScan {

    private static final int MOST_RECORDS = 1_024;

    private final RecordSource source;
    private final SessionRestore restore;
    private final SessionState session;
    private final Residence residence;
    private final PageSize pageSize = new PageSize(MOST_RECORDS);

    RestoreScan(RecordSource source, SessionRestore restore, SessionState session, Residence residence) {
        this.source = source;
        this.restore = restore;
        this.session = session;
        this.residence = residence;
    }

    /** Reads the records; gives the number of the first message that may be in the store only. */
    long run() {
        takeAll(0, RecordKeys.outbound(0));
        // First, since they say which messages are in flight: these must be known, however many they are. Before them
        // stands what cannot be a message, and would be taken for the end of the queue.
        takeAll(RecordKeys.OUTBOUND_END, RecordKeys.inbound(0));
        long from = takeFront();
        takeAll(RecordKeys.inbound(0), Long.MAX_VALUE);
        return from;
    }

    /** Takes the records from one key on, up to another. */
    private void takeAll(long fromKey, long endKey) {
        long from = fromKey;
        while (from < endKey) {
            List<StoredRecord> page = page(from);
            boolean full = pageSize.took(page);
            for (StoredRecord record : page) {
                if (record.key() >= endKey) {
                    return;
                }
                restore.take(record);
            }
            if (!full) {
                return;
            }
            from = page.get(page.size() - 1).key() + 1;
        }
    }

    private List<StoredRecord> page(long from) {
        return source.scan(from, pageSize.records());
    }

    private long takeFront() {
        long from = RecordKeys.outbound(0);
        while (!isFrontComplete(RecordKeys.number(from))) {
            List<StoredRecord> page = page(from);
            boolean full = pageSize.took(page);
            for (StoredRecord record : page) {
                if (record.key() >= RecordKeys.OUTBOUND_END) {
                    return session.nextSequence;
                }
                restore.take(record);
            }
            if (!full) {
                return session.nextSequence;
            }
            from = page.get(page.size() - 1).key() + 1;
        }
        restore.reserveSequence(lastSequence(from - 1));
        return RecordKeys.number(from);
    }

    /** Behind the first message that is in the queue there is none that is in flight. */
    private boolean isFrontComplete(long next) {
        return next > restore.lastIdentified()
                && session.queue.size() > restore.identified()
                && residence.isEnough(session.queue.size(), session.queuedBytes);
    }

    /** The number of the last message, which is found without reading all before it: from a key that there is. */
    private long lastSequence(long knownKey) {
        long last = knownKey;
        long step = 1;
        long beyond = RecordKeys.OUTBOUND_END;
        while (last + 1 < beyond) {
            long probe = Math.min(last + step, beyond - 1);
            long found = firstOutboundFrom(probe);
            if (found < 0) {
                beyond = probe;
                step = Math.max(1, (beyond - last) / 2);
            } else {
                last = found;
                step = Math.max(1, Math.min(step * 2, (beyond - last) / 2));
            }
        }
        return RecordKeys.number(last);
    }

    private long firstOutboundFrom(long key) {
        List<StoredRecord> found = source.scan(key, 1);
        boolean outbound = !found.isEmpty() && found.get(0).key() < RecordKeys.OUTBOUND_END;
        return outbound ? found.get(0).key() : -1;
    }
}
