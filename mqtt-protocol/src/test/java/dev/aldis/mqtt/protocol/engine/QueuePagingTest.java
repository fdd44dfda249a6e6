package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.QueuePolicy;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueuePagingTest {

    private static final Residence FOUR = new Residence(4, 1 << 20);

    private final ModelStore store = new ModelStore();
    private SessionState session = new SessionState();
    private StoreGate gate = new StoreGate(true);
    private Journal journal = new Journal(session, gate);
    private final Notices notices = new Notices();
    private final QueueAge age = new QueueAge(QueuePolicy.DEFAULT);
    private QueuePaging paging = new QueuePaging(FOUR, session, gate, journal, notices, age);

    /** Adds a message to the queue without storing it. */
    private OutboundMessage add(boolean awaited) {
        OutboundMessage message =
                new OutboundMessage(Message.of("t", QoS.AT_LEAST_ONCE, "12345"), PublishOptions.NONE, 0);
        message.sequence = session.nextSequence++;
        if (awaited) {
            message.attach("somebody");
        }
        session.queuedBytes += 5;
        session.queue.addLast(message);
        paging.addedLast(message);
        journal.putOutbound(message);
        return message;
    }

    private void store() {
        if (gate.isReadyToAppend()) {
            store.append(gate.take(), gate.takenNumber());
            gate.handleStored(store.confirm());
        }
    }

    private List<OutboundMessage> fill(int count) {
        List<OutboundMessage> added = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            added.add(add(false));
        }
        store();
        added.forEach(paging::stored);
        return added;
    }

    /** Sends from the front what is there; gives the numbers. */
    private List<Long> drainFront() {
        List<Long> sent = new ArrayList<>();
        for (OutboundMessage message = paging.first(); message != null; message = paging.first()) {
            sent.add(message.sequence);
            end(message);
        }
        store();
        return sent;
    }

    private void end(OutboundMessage message) {
        paging.leaving(message);
        session.end(message);
        journal.removeOutbound(message);
    }

    private List<StoredRecord> read() {
        return store.scan(paging.readFrom(), paging.readLimit());
    }

    private List<Long> drainAll() {
        List<Long> sent = new ArrayList<>(drainFront());
        while (paging.beginRead()) {
            paging.handleRecords(read());
            sent.addAll(drainFront());
        }
        return sent;
    }

    private static List<Long> numbers(long from, long to) {
        List<Long> numbers = new ArrayList<>();
        for (long number = from; number <= to; number++) {
            numbers.add(number);
        }
        return numbers;
    }

    @Test
    void onlyTheFrontStaysInMemoryAndAllOfItComesBackInOrder() {
        fill(1_000);
        assertEquals(4, session.queue.size());
        assertEquals(996, session.pagedOut);
        assertEquals(20, session.queuedBytes);
        assertEquals(5_000, session.outboundBytes());
        assertEquals(numbers(1, 1_000), drainAll());
        assertEquals(0, session.outboundSize());
        assertEquals(0, session.outboundBytes());
        assertEquals(List.of(), store.records());
    }

    @Test
    void messageThatSomebodyAwaitsStaysInMemoryAtItsPlace() {
        fill(5);
        OutboundMessage awaited = add(true);
        List<OutboundMessage> behind = fill(3);
        paging.stored(awaited);
        assertEquals(session.queue, awaited.list);
        assertNull(behind.get(0).list);
        assertEquals(numbers(1, 4), drainFront());
        assertTrue(paging.beginRead());
        paging.handleRecords(read());
        assertEquals(numbers(5, 6), drainFront().subList(0, 2));
    }

    @Test
    void endedMessageIsNotReadBackFromAPageThatStillShowsIt() {
        fill(5);
        OutboundMessage cancelled = add(true);
        fill(1);
        paging.stored(cancelled);
        drainFront();
        assertTrue(paging.beginRead());
        List<StoredRecord> stale = read();
        end(cancelled);
        paging.handleRecords(stale);
        assertEquals(List.of(5L, 7L), drainAll());
    }

    @Test
    void endedMessageWhoseRemovalWaitsIsNotReadBack() {
        fill(5);
        OutboundMessage cancelled = add(true);
        fill(1);
        paging.stored(cancelled);
        drainFront();
        end(cancelled);
        assertTrue(paging.beginRead());
        paging.handleRecords(read());
        assertEquals(List.of(5L, 7L), drainAll());
    }

    @Test
    void messageThatIsPagedOutWhileThePageIsReadIsNotForgotten() {
        fill(6);
        drainFront();
        assertTrue(paging.beginRead());
        List<StoredRecord> before = read();
        fill(3);
        paging.handleRecords(before);
        assertEquals(numbers(5, 9), drainAll());
    }

    @Test
    void messageThatGoesBackIntoTheQueueIsSentBeforeThoseInTheStore() {
        List<OutboundMessage> added = fill(10);
        OutboundMessage first = added.get(0);
        paging.leaving(first);
        session.queue.remove(first);
        session.queue.addFirst(first);
        paging.addedFirst(first);
        assertEquals(numbers(1, 10), drainAll());
    }

    @Test
    void largeMessagesLeaveLessRoomAtTheFront() {
        paging = new QueuePaging(new Residence(4, 12), session, gate, journal, notices, age);
        fill(10);
        assertEquals(3, session.queue.size());
        assertEquals(numbers(1, 10), drainAll());
    }

    @Test
    void damagedRecordIsReportedLeftAndPassedOver() {
        fill(7);
        long key = RecordKeys.outbound(6);
        store.plant(new StoredRecord(key, RecordKind.OUTBOUND.number(), Payload.of("\u0001 nonsense")));
        drainFront();
        assertTrue(paging.beginRead());
        paging.handleRecords(read());
        assertEquals(List.of(5L, 7L), drainAll());
        assertEquals(0, session.outboundSize());
        assertEquals(0, session.outboundBytes());
        assertNotNull(store.durable().get(key));
    }

    /** Where records were damaged: it has an identifier that nobody knows any more, and the server has the message. */
    @Test
    void messageThatTheServerHasIsRemovedWhereverItIsFound() {
        OutboundMessage released = fill(7).get(5);
        released.packetIdentifier = 9;
        released.phase = OutboundPhase.RELEASED;
        journal.putReleased(released);
        store();
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 7L), drainAll());
        assertEquals(0, session.outboundSize());
        assertEquals(List.of(), store.records());
    }

    @Test
    void readThatFailsIsTriedAgainAfterASecond() {
        fill(7);
        drainFront();
        assertTrue(paging.beginRead());
        paging.handleReadFailure(new StoreException("torn", (Throwable) null), 100);
        assertFalse(paging.beginRead());
        paging.handleTime(paging.deadlineNanos() - 1);
        assertFalse(paging.beginRead());
        paging.handleTime(paging.deadlineNanos());
        assertEquals(numbers(5, 7), drainAll());
    }

    /** A new process on the same store. */
    private List<Long> keysReadAtRestart() {
        List<Long> keys = new ArrayList<>();
        session = new SessionState();
        gate = new StoreGate(true);
        journal = new Journal(session, gate);
        paging = new QueuePaging(FOUR, session, gate, journal, notices, age);
        store.crash(false);
        SessionRestore restore = new SessionRestore(session, journal);
        RecordSource source = (from, limit) -> {
            List<StoredRecord> page = store.scan(from, limit);
            page.forEach(record -> keys.add(record.key()));
            return page;
        };
        long from = new RestoreScan(source, restore, session, FOUR).run();
        restore.finish();
        assertEquals(List.of(), restore.damages());
        paging.restored(from, session.nextSequence);
        return keys;
    }

    @Test
    void restartReadsTheFrontAndFindsTheEndWithoutReadingTheRest() {
        fill(10_000);
        List<Long> keys = keysReadAtRestart();
        assertTrue(keys.size() < 300, keys.size() + " records were read");
        assertEquals(10_001, session.nextSequence);
        assertEquals(numbers(1, 10_000), drainAll());
        assertEquals(0, session.outboundSize());
        assertEquals(List.of(), store.records());
    }

    @Test
    void restartFindsTheEndOfEachQueueWithHolesOrWithout() {
        for (int length = 1; length < 300; length += 7) {
            store.durable().keySet().stream().toList().forEach(this::removeFromStore);
            List<OutboundMessage> added = fill(length);
            long last = added.get(length - 1).sequence;
            for (long key = RecordKeys.outbound(1); key < RecordKeys.outbound(last); key += length % 2 + 2) {
                removeFromStore(key);
            }
            keysReadAtRestart();
            assertEquals(last + 1, session.nextSequence, "length " + length);
        }
    }

    private void removeFromStore(long key) {
        gate.changes().remove(key);
        store();
    }

    @Test
    void restartCountsTheRestInTheBackground() {
        fill(1_000);
        keysReadAtRestart();
        int rest = 1_000 - session.queue.size();
        OutboundMessage later = add(false);
        store();
        paging.stored(later);
        int reads = 0;
        while (paging.beginRead()) {
            paging.handleRecords(read());
            reads++;
        }
        assertTrue(reads > 1, "Counted in " + reads + " steps");
        assertEquals(rest + 1, session.pagedOut);
        assertEquals(1_001 * 5, session.outboundBytes());
        assertEquals(numbers(1, 1_001), drainAll());
        assertEquals(0, session.outboundSize());
    }

    @Test
    void messageThatSomebodyFoundInAListBeforeItWasCountedIsCountedOnce() {
        fill(300);
        keysReadAtRestart();
        List<Long> listed = new ArrayList<>();
        paging.list(new PendingVisitor() {
            @Override
            public boolean visit(OutboundMessage message) {
                listed.add(message.sequence);
                return message.sequence % 3 == 0;
            }

            @Override
            public void end(@Nullable MqttException cause) {
                listed.add(0L);
            }
        });
        while (paging.beginRead()) {
            paging.handleRecords(read());
        }
        List<Long> expected = numbers(1, 300);
        expected.add(0L);
        assertEquals(expected, listed);
        assertEquals(300, session.outboundSize());
        assertEquals(300 * 5, session.outboundBytes());
        assertEquals(numbers(1, 300), drainAll());
        assertEquals(0, session.outboundSize());
        assertEquals(0, session.outboundBytes());
    }

    @Test
    void messageThatLeavesBeforeItIsCountedIsNotCounted() {
        fill(1_000);
        keysReadAtRestart();
        drainFront();
        for (int i = 0; i < 4; i++) {
            assertTrue(paging.beginRead());
            paging.handleRecords(read());
            if (i % 2 == 0) {
                drainFront();
            }
        }
        drainAll();
        assertEquals(0, session.outboundSize());
        assertEquals(0, session.outboundBytes());
    }

    @Test
    void messagesInFlightAreAllRestoredHoweverTheirIdentifiersAreStored() {
        List<OutboundMessage> added = fill(900);
        for (int i = 0; i < 800; i++) {
            OutboundMessage message = added.get(i);
            message.packetIdentifier = i + 1;
            message.phase = OutboundPhase.IN_FLIGHT;
            if (i % 2 == 0) {
                journal.putIdentifier(message);
            } else {
                journal.putOutbound(message);
            }
        }
        store();
        keysReadAtRestart();
        assertEquals(800, session.inFlight.size());
        assertEquals(numbers(801, 900), drainAll());
    }

    /** Those that were queued before have their identifiers in records of their own; those behind have not. */
    @ParameterizedTest
    @ValueSource(ints = {63, 64, 70, 127, 128, 192, 256})
    void messagesInFlightBehindManyThatWereQueuedBeforeAreRestoredAsWell(int queuedBefore) {
        List<OutboundMessage> added = fill(500);
        int inFlight = queuedBefore + 10;
        for (int i = 0; i < inFlight; i++) {
            OutboundMessage message = added.get(i);
            message.packetIdentifier = i + 1;
            message.phase = OutboundPhase.IN_FLIGHT;
            if (i < queuedBefore) {
                journal.putIdentifier(message);
            } else {
                journal.putOutbound(message);
            }
        }
        store();
        keysReadAtRestart();
        assertEquals(inFlight, session.inFlight.size());
        assertEquals(numbers(inFlight + 1, 500), drainAll());
    }

    @ParameterizedTest
    @ValueSource(ints = {63, 64, 65, 127, 128, 129, 192, 256})
    void restartFindsTheEndOfAQueueThatJustFillsItsPages(int length) {
        fill(length);
        keysReadAtRestart();
        assertEquals(length + 1, session.nextSequence);
        assertEquals(numbers(1, length), drainAll());
    }
}
