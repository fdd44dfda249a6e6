package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.QueuePolicy;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a restart reads of a queue that is longer than what is held in memory. */
class RestoreScanTest {

    private static final Residence FOUR = new Residence(4, 1 << 20);

    private final SessionState session = new SessionState();
    private int probes;
    private int pages;
    private final Payload content = content();

    @ParameterizedTest
    @ValueSource(longs = {200, 201, 255, 256, 257, 1_000, 100_000, 1_000_000_000_000L})
    void theLastNumberIsFoundWithoutReadingTheQueue(long last) {
        long from = scan(last);
        assertEquals(last + 1, session.nextSequence);
        assertEquals(from - 1, session.queue.size());
        int bits = Long.SIZE - Long.numberOfLeadingZeros(last - from);
        assertTrue(probes <= 2 * bits + 2, () -> probes + " probes for a number of " + bits + " bits");
        assertEquals(4, pages, "session, identifiers, front, from the server");
    }

    @Test
    void aQueueThatFitsIsReadToItsEnd() {
        assertEquals(2, scan(1));
        assertEquals(1, session.queue.size());
        assertEquals(0, probes);
    }

    /** It would hide the end of the queue, and new messages would overwrite those that wait there. */
    @ParameterizedTest
    @ValueSource(longs = {RecordKeys.LARGEST_NUMBER + 1, RecordKeys.LARGEST_NUMBER + 9})
    void aNumberThatIsNeverGivenIsReportedAndNotTakenForTheEndOfTheQueue(long number) {
        StoredRecord stray = new StoredRecord(RecordKeys.outbound(number), RecordKind.OUTBOUND.number(), content());
        SessionRestore restore = newRestore();
        RecordSource queue = queueUpTo(1_000);
        RecordSource withStray = (fromKey, limit) -> {
            List<StoredRecord> page = new ArrayList<>(queue.scan(fromKey, limit));
            if (page.size() < limit && fromKey <= stray.key()) {
                page.add(stray);
            }
            return page;
        };
        new RestoreScan(withStray, restore, session, FOUR).run();
        assertEquals(1_001, session.nextSequence);
        assertEquals(1, restore.damages().size(), restore.damages()::toString);
        assertTrue(restore.damages().get(0).contains("larger than any that is given"), restore.damages()::toString);
    }

    /** Found by fuzzing: the number of messages fell below zero, and what follows was read for ever. */
    @Test
    void aNumberThatIsNeverGivenIsNotReadAgainWithTheQueue() {
        ModelStore store = new ModelStore();
        OutboundMessage unresumed = new OutboundMessage(Message.of("t", QoS.AT_MOST_ONCE, "1"), PublishOptions.NONE, 0);
        unresumed.sequence = 5;
        store.plant(record(unresumed));
        store.plant(new StoredRecord(
                RecordKeys.outbound(RecordKeys.LARGEST_NUMBER + 9), RecordKind.OUTBOUND.number(), content()));
        StoreGate gate = new StoreGate(true);
        Journal journal = new Journal(session, gate);
        SessionRestore restore = new SessionRestore(session, journal);
        QueuePaging paging =
                new QueuePaging(FOUR, session, gate, journal, new Notices(), new QueueAge(QueuePolicy.DEFAULT));
        long from = new RestoreScan(store::scan, restore, session, FOUR).run();
        restore.finish();
        paging.restored(from, session.nextSequence);
        int reads = 0;
        while (paging.beginRead()) {
            paging.handleRecords(store.scan(paging.readFrom(), paging.readLimit()));
            assertTrue(++reads < 5, "It is read again and again");
        }
        assertEquals(0, session.pagedOut);
        assertEquals(1, restore.damages().size(), restore.damages()::toString);
    }

    @ParameterizedTest
    @ValueSource(longs = {RecordKeys.LARGEST_NUMBER + 1, RecordKeys.LARGEST_NUMBER + 9})
    void aNumberThatIsNeverGivenIsReportedOnceBehindAShortQueue(long number) {
        ModelStore store = new ModelStore();
        store.plant(new StoredRecord(RecordKeys.outbound(1), RecordKind.OUTBOUND.number(), content()));
        store.plant(new StoredRecord(RecordKeys.outbound(number), RecordKind.OUTBOUND.number(), content()));
        SessionRestore restore = newRestore();
        assertEquals(2, new RestoreScan(store::scan, restore, session, FOUR).run());
        assertEquals(1, session.queue.size());
        assertEquals(1, restore.damages().size(), restore.damages()::toString);
    }

    /** Whatever a page ends with; the records that say so of those before it may be damaged and set aside. */
    @Test
    void allThatIsInFlightIsReadHoweverLongTheQueueBeforeItIs() {
        for (long inFlight = 1; inFlight <= 400; inFlight++) {
            ModelStore store = new ModelStore();
            for (long number = 1; number <= 500; number++) {
                store.plant(new StoredRecord(RecordKeys.outbound(number), RecordKind.OUTBOUND.number(), content));
            }
            store.plant(new StoredRecord(
                    RecordKeys.identifier(inFlight),
                    RecordKind.IDENTIFIER.number(),
                    Payload.wrap(new byte[] {MessageRecord.FORMAT_VERSION, 0, 7})));
            SessionState own = new SessionState();
            SessionRestore restore = new SessionRestore(own, new Journal(own, new StoreGate(true)));
            long from = new RestoreScan(store::scan, restore, own, FOUR).run();
            restore.finish();
            assertEquals(List.of(), restore.damages());
            assertEquals(inFlight, own.inFlight.first().sequence);
            assertTrue(from > inFlight && from <= 501, "read up to " + from);
            assertEquals(501, own.nextSequence);
        }
    }

    /** A number of messages that ends with a page, or one earlier or later. */
    @Test
    void eachMessageFromTheServerIsTakenOnce() {
        for (int count : new int[] {1, 63, 64, 65, 127, 128, 129, 500, 3_000}) {
            ModelStore store = new ModelStore();
            for (int delivery = 0; delivery < count; delivery++) {
                store.plant(inbound(delivery));
            }
            SessionState own = new SessionState();
            SessionRestore restore = new SessionRestore(own, new Journal(own, new StoreGate(true)));
            new RestoreScan(store::scan, restore, own, FOUR).run();
            assertEquals(count, own.undelivered.size());
            assertEquals(List.of(), restore.damages());
        }
    }

    /** No message has the number 0; where damage says so, it is one record all the same. */
    @Test
    void aRecordAtTheStartOfTheQueueIsTakenOnce() {
        ModelStore store = new ModelStore();
        store.plant(new StoredRecord(RecordKeys.outbound(0), RecordKind.OUTBOUND.number(), content()));
        SessionRestore restore = newRestore();
        new RestoreScan(store::scan, restore, session, FOUR).run();
        assertEquals(1, session.queue.size());
        assertEquals(List.of(), restore.damages());
    }

    private static StoredRecord inbound(long delivery) {
        StoreGate gate = new StoreGate(true);
        Message message = Message.of("t", QoS.AT_LEAST_ONCE, "1");
        new Journal(new SessionState(), gate).putInbound(new InboundMessage(message, false, List.of(), delivery, 0));
        return lastOf(gate.take());
    }

    private SessionRestore newRestore() {
        return new SessionRestore(session, new Journal(session, new StoreGate(true)));
    }

    private long scan(long last) {
        return new RestoreScan(queueUpTo(last), newRestore(), session, FOUR).run();
    }

    private RecordSource queueUpTo(long last) {
        Payload content = content();
        return (fromKey, limit) -> {
            if (limit == 1) {
                probes++;
            } else {
                pages++;
            }
            long first = fromKey <= RecordKeys.outbound(1) ? 1 : fromKey - RecordKeys.outbound(0);
            return LongStream.rangeClosed(first, last)
                    .limit(limit)
                    .mapToObj(number ->
                            new StoredRecord(RecordKeys.outbound(number), RecordKind.OUTBOUND.number(), content))
                    .toList();
        };
    }

    private static Payload content() {
        OutboundMessage message = new OutboundMessage(Message.of("t", QoS.AT_LEAST_ONCE, "1"), PublishOptions.NONE, 0);
        message.sequence = 1;
        return record(message).content();
    }

    private static StoredRecord record(OutboundMessage message) {
        StoreGate gate = new StoreGate(true);
        new Journal(new SessionState(), gate).putOutbound(message);
        return lastOf(gate.take());
    }

    private static StoredRecord lastOf(ChangeBatch batch) {
        int last = batch.size() - 1;
        Payload content = Payload.copyOf(ByteBuffer.wrap(batch.array(), batch.offset(last), batch.lengthBytes(last)));
        return new StoredRecord(batch.key(last), batch.kind(last), content);
    }
}
