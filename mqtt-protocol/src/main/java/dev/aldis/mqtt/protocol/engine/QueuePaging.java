package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a long queue in the store, and only its front in memory.
 *
 * <p>Theory of operation: below the <em>horizon</em>, a sequence number, every queued message is in memory; only these are
 * sent. From the horizon on, memory has the messages that are not stored yet and those whose outcome somebody awaits; the
 * others are <em>paged out</em>: their record in the store is all there is of them. When the front gets short, the next
 * records are read, by somebody who may wait for a disk, and merged with what is in memory; the horizon moves behind them.
 *
 * <p>What is read is the past: a message may have ended while its record was being read, or its removal may not have
 * reached the store. So messages that end beyond the horizon are remembered until no page can show them any more.
 */
final class QueuePaging {

    private static final long NOTHING_OUT = SessionState.NOTHING_OUT;

    private static final int MOST_RECORDS = 1_024;

    private static final long RETRY_NANOS = 1_000_000_000L;

    /** What is being read. */
    private enum Reading {
        NOTHING,
        /** The messages behind the front. */
        PAGE,
        /** All messages, for somebody who asked. */
        LIST,
        /** What an earlier run has left, to know how much it is. */
        COUNT
    }

    private final Residence residence;
    private final SessionState session;
    private final StoreGate gate;
    private final Journal journal;
    private final Notices notices;
    private final QueueAge age;
    private final PageSize pageSize;
    private final EarlierQueue earlier;
    private final PageSize listSize = new PageSize(MOST_RECORDS);
    private final Deque<PendingListing> listings = new ArrayDeque<>();

    /** The messages of the queue below the horizon, and the bytes of their payloads. */
    private int front;

    private long frontBytes;

    /** All messages below this number whose record was written are durable, and only these are paged out. */
    private long storedUpTo;

    private Reading reading = Reading.NOTHING;
    private long storedUpToAtRequest;
    private long retryNanos = KeepAlive.NEVER;

    /** Messages that ended beyond the horizon, with the number of the batch that removes them. */
    private final TreeMap<Long, Long> ended = new TreeMap<>();

    QueuePaging(
            Residence residence, SessionState session, StoreGate gate, Journal journal, Notices notices, QueueAge age) {
        this.age = age;
        this.residence = residence;
        this.session = session;
        this.earlier = new EarlierQueue(session);
        this.gate = gate;
        this.journal = journal;
        this.notices = notices;
        this.pageSize = new PageSize(Math.max(1, residence.messages() / 2));
    }

    // --- what happens to the queue

    /** The queue was restored up to a number; there may be more from there on, up to an end. */
    void restored(long from, long end) {
        boolean more = from < end;
        session.horizon = more ? from : NOTHING_OUT;
        earlier.begin(more ? from : end, end);
        storedUpTo = end;
        countFront();
        for (MessageList list : List.of(session.queue, session.fastLane)) {
            for (OutboundMessage message = list.first(); message != null; message = message.next) {
                age.watch(message);
            }
        }
    }

    /** A message was added at the end of the queue. */
    void addedLast(OutboundMessage message) {
        if (session.horizon == NOTHING_OUT && gate.isJournal() && residence.isFull(front, frontBytes)) {
            session.horizon = message.sequence;
        }
        if (message.sequence < session.horizon) {
            enterFront(message);
        }
    }

    /** A message that had been sent was put in front of all others. */
    void addedFirst(OutboundMessage message) {
        enterFront(message);
    }

    /** A message is about to leave the queue, if it is in it. */
    void leaving(OutboundMessage message) {
        if (message.list != session.queue) {
            return;
        }
        if (message.sequence < session.horizon) {
            front--;
            frontBytes -= sizeBytes(message);
        } else if (message.recorded) {
            ended.put(message.sequence, gate.collectingNumber());
        }
    }

    /** The next message to be sent, if it is known. */
    @Nullable
    OutboundMessage first() {
        OutboundMessage first = session.queue.first();
        if (session.horizon == NOTHING_OUT || (first != null && first.sequence < session.horizon)) {
            return first;
        }
        if (!isAllInMemory()) {
            return null;
        }
        liftHorizon();
        return first;
    }

    /** A message is durable: unless somebody waits for its end, memory need not have it. */
    void stored(OutboundMessage message) {
        storedUpTo = Math.max(storedUpTo, message.sequence + 1);
        if (message.sequence < session.horizon || message.operation() != null || message.list != session.queue) {
            return;
        }
        session.queue.remove(message);
        int size = sizeBytes(message);
        session.queuedBytes -= size;
        session.pagedOut++;
        session.pagedOutBytes += size;
    }

    /** A message of QoS 0 no longer waits for the store. */
    void leftGate() {
        session.fastLaneInGate--;
    }

    private void enterFront(OutboundMessage message) {
        front++;
        frontBytes += sizeBytes(message);
    }

    private static int sizeBytes(OutboundMessage message) {
        return message.message().payload().sizeBytes();
    }

    // --- reading

    /** Whether records are to be read now: so many from such a key. */
    boolean beginRead() {
        if (reading != Reading.NOTHING) {
            return false;
        }
        if (isAllInMemory()) {
            endListings(null);
            return false;
        }
        if (retryNanos != KeepAlive.NEVER) {
            return false;
        }
        ended.values().removeIf(gate::isDurable);
        if (!residence.isEnough(front, frontBytes)) {
            reading = Reading.PAGE;
            storedUpToAtRequest = storedUpTo;
        } else if (!listings.isEmpty()) {
            reading = Reading.LIST;
        } else if (!earlier.isCounted()) {
            reading = Reading.COUNT;
        }
        return reading != Reading.NOTHING;
    }

    long readFrom() {
        return RecordKeys.outbound(
                switch (reading) {
                    case NOTHING, PAGE -> session.horizon;
                    case LIST -> listings.element().next();
                    case COUNT -> earlier.readFrom();
                });
    }

    int readLimit() {
        return switch (reading) {
            case NOTHING, PAGE -> pageSize.records();
            case LIST -> listSize.records();
            case COUNT -> earlier.readLimit();
        };
    }

    /** The records that were asked for. */
    void handleRecords(List<StoredRecord> records) {
        switch (reading) {
            case PAGE -> takePage(records, pageSize.took(records));
            case LIST -> list(records, listSize.took(records));
            case COUNT -> earlier.count(records, ended::containsKey);
            case NOTHING -> throw new IllegalStateException("Records came that nobody has asked for");
        }
        reading = Reading.NOTHING;
    }

    /** The records that were asked for cannot be read at present. */
    void handleReadFailure(MqttException cause, long nowNanos) {
        reading = Reading.NOTHING;
        endListings(cause);
        retryNanos = nowNanos + RETRY_NANOS;
    }

    void handleTime(long nowNanos) {
        if (retryNanos != KeepAlive.NEVER && nowNanos - retryNanos >= 0) {
            retryNanos = KeepAlive.NEVER;
        }
    }

    /** When {@link #handleTime} is to be called at the latest. */
    long deadlineNanos() {
        return retryNanos;
    }

    private void takePage(List<StoredRecord> records, boolean full) {
        OutboundMessage resident = session.queue.first();
        while (resident != null && resident.sequence < session.horizon) {
            resident = resident.next;
        }
        long next = session.horizon;
        boolean end = !full;
        for (StoredRecord record : records) {
            if (record.key() >= RecordKeys.OUTBOUND_END) {
                end = true;
                break;
            }
            long sequence = RecordKeys.number(record.key());
            resident = pass(resident, sequence);
            next = sequence + 1;
            if (resident != null && resident.sequence == sequence) {
                enterFront(resident);
                resident = resident.next;
            } else if (!ended.containsKey(sequence)) {
                takeIn(record, sequence, resident);
            }
        }
        // A message that was stored after the request may have been paged out, and not be in the page.
        session.horizon = end ? Math.max(next, storedUpToAtRequest) : next;
        pass(resident, session.horizon);
        earlier.passed(session.horizon);
        if (isAllInMemory()) {
            liftHorizon();
        }
    }

    private boolean isAllInMemory() {
        return session.pagedOut == 0 && earlier.isCounted();
    }

    private void liftHorizon() {
        session.horizon = NOTHING_OUT;
        session.pagedOutBytes = 0;
        ended.clear();
        countFront();
    }

    /** Messages in memory come to the front; gives the first one that does not. */
    private @Nullable OutboundMessage pass(@Nullable OutboundMessage from, long limit) {
        OutboundMessage message = from;
        while (message != null && message.sequence < limit) {
            enterFront(message);
            message = message.next;
        }
        return message;
    }

    private void countFront() {
        front = session.queue.size();
        frontBytes = 0;
        for (OutboundMessage message = session.queue.first(); message != null; message = message.next) {
            frontBytes += sizeBytes(message);
        }
    }

    private void takeIn(StoredRecord record, long sequence, @Nullable OutboundMessage behind) {
        OutboundMessage message;
        try {
            message = StoredOutbound.read(
                    sequence, record.kind(), record.content().asByteBuffer());
        } catch (RuntimeException e) {
            String damage = SessionRestore.damage(record, e);
            notices.add(output -> output.storeDamaged(damage));
            forget(sequence, 0);
            return;
        }
        if (message.phase == OutboundPhase.RELEASED) {
            // Only where records were damaged: the server has the message, and nobody knows its identifier any more.
            forget(sequence, sizeBytes(message));
            journal.removeOutbound(message);
            return;
        }
        adopt(message, behind);
        enterFront(message);
    }

    private void forget(long sequence, int sizeBytes) {
        if (earlier.isCounted(sequence)) {
            session.pagedOut--;
            session.pagedOutBytes -= sizeBytes;
        }
    }

    // --- listing

    /** Shows all messages to a visitor. */
    void list(PendingVisitor visitor) {
        PendingListing listing = new PendingListing(visitor, session, this);
        listing.showUpTo(session.horizon);
        if (isAllInMemory()) {
            listing.finish();
        } else {
            listings.addLast(listing);
        }
    }

    private void list(List<StoredRecord> records, boolean full) {
        PendingListing listing = listings.peekFirst();
        if (listing != null && !listing.take(records, full)) {
            listings.remove(listing);
            listing.finish();
        }
    }

    /** Ends what is being shown: memory has the rest of it, or it cannot be read. */
    void endListings(@Nullable MqttException cause) {
        for (PendingListing listing = listings.pollFirst(); listing != null; listing = listings.pollFirst()) {
            if (cause == null) {
                listing.finish();
            } else {
                listing.fail(cause);
            }
        }
    }

    /** Whether the store alone has a message of which there is a record. */
    boolean isPagedOut(long sequence) {
        return sequence >= session.horizon && !ended.containsKey(sequence);
    }

    /** A message that was paged out is to stay in memory from now on. */
    void adopt(OutboundMessage message, @Nullable OutboundMessage behind) {
        int size = sizeBytes(message);
        forget(message.sequence, size);
        message.packetIdentifier = 0;
        session.queuedBytes += size;
        session.queue.addBefore(message, behind);
        age.watch(message);
    }
}
