package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Checkpoint;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SessionRestoreTest {

    private final RecordFixture fixture = new RecordFixture();
    private final SessionState session = new SessionState();
    private final StoreGate gate = new StoreGate(true);
    private final Journal journal = new Journal(session, gate);
    private final SessionRestore restore = new SessionRestore(session, journal);

    private List<String> restore(StoredRecord... records) {
        for (StoredRecord record : records) {
            restore.take(record);
        }
        restore.finish();
        return restore.damages();
    }

    private static StoredRecord with(StoredRecord record, long key, byte... content) {
        return new StoredRecord(key, record.kind(), Payload.wrap(content));
    }

    private static byte[] bytes(StoredRecord record) {
        return record.content().toByteArray();
    }

    @Test
    void emptyStoreGivesAnEmptySession() {
        assertEquals(List.of(), restore());
        assertFalse(session.established);
        assertEquals(1, session.nextSequence);
        assertEquals(1, journal.nextDeliveryIdentifier());
    }

    @Test
    void eachTruncationOfEachRecordIsReportedAndNothingEscapes() {
        for (StoredRecord whole : fixture.all()) {
            for (int length = 0; length < bytes(whole).length; length++) {
                SessionRestore one = newRestore();
                one.take(with(whole, whole.key(), Arrays.copyOf(bytes(whole), length)));
                one.finish();
                assertEquals(1, one.damages().size(), length + " bytes of " + whole);
            }
        }
    }

    @Test
    void recordThatIsTooLongIsReported() {
        for (StoredRecord whole : fixture.all()) {
            SessionRestore one = newRestore();
            one.take(with(whole, whole.key(), Arrays.copyOf(bytes(whole), bytes(whole).length + 1)));
            one.finish();
            assertEquals(1, one.damages().size(), whole::toString);
        }
    }

    /** Found by fuzzing: such a message was sent with the wrong sort of Packet Identifier, which ended the client. */
    @Test
    void aMessageAmongThoseOfAnotherQosIsReported() {
        int flags = 1;
        for (StoredRecord whole : fixture.all()) {
            boolean outbound = whole.kind() == RecordKind.OUTBOUND.number();
            if (!outbound) {
                continue;
            }
            byte[] asQos0 = bytes(whole);
            asQos0[flags] &= ~3;
            SessionRestore one = newRestore();
            one.take(with(whole, whole.key(), asQos0));
            assertEquals(1, one.damages().size(), whole::toString);
            SessionRestore other = newRestore();
            long amongQos0 = (long) RecordKeys.SPACE_QOS_0 << 56 | RecordKeys.number(whole.key());
            other.take(with(whole, amongQos0, bytes(whole)));
            assertEquals(1, other.damages().size(), whole::toString);
        }
    }

    private static SessionRestore newRestore() {
        SessionState session = new SessionState();
        return new SessionRestore(session, new Journal(session, new StoreGate(true)));
    }

    @Test
    void garbageNeverEscapes() {
        long seed = 7;
        Random random = new Random(seed);
        List<StoredRecord> all = fixture.all();
        for (int i = 0; i < 20_000; i++) {
            StoredRecord record = all.get(random.nextInt(all.size()));
            byte[] content = bytes(record);
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                // Not the format version: that one is refused on purpose.
                content[1 + random.nextInt(content.length - 1)] = (byte) random.nextInt();
            }
            SessionRestore one = newRestore();
            try {
                one.take(with(record, record.key(), content));
                one.finish();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
    }

    @Test
    void newerVersionStopsTheStart() {
        for (StoredRecord record : fixture.all()) {
            byte[] content = bytes(record);
            content[0] = 9;
            StoreException e = assertThrows(
                    StoreException.class,
                    () -> newRestore().take(with(record, record.key(), content)),
                    record::toString);
            assertTrue(String.valueOf(e.getMessage()).contains("newer version"), e::getMessage);
        }
    }

    @Test
    void recordsOfNoKnownSpaceOrOfAnotherKindAreReported() {
        StoredRecord outbound = fixture.plainOutbound();
        assertEquals(
                3,
                restore(
                                new StoredRecord(outbound.key(), RecordKind.META.number(), outbound.content()),
                                new StoredRecord(0x03L << 56, RecordKind.OUTBOUND.number(), outbound.content()),
                                new StoredRecord(0x05L << 56, outbound.kind(), outbound.content()))
                        .size());
    }

    @Test
    void twoMessagesWithOnePacketIdentifierAreReported() {
        StoredRecord first = fixture.fullOutbound();
        StoredRecord inbound = fixture.inbound();
        List<String> damages = restore(
                first,
                with(first, first.key() + 1, bytes(first)),
                inbound,
                with(fixture.accepted(), inbound.key() + 1, bytes(fixture.accepted())));
        assertEquals(2, damages.size(), damages::toString);
        assertTrue(damages.get(0).contains("belongs to another message"), damages::toString);
        assertEquals(1, session.inFlight.size());
        assertEquals(1, session.undelivered.size());
    }

    @Test
    void identifierThatIsTakenLeavesItsMessageInTheQueue() {
        StoredRecord inFlight = fixture.fullOutbound();
        byte[] queued = bytes(fixture.plainOutbound());
        queued[2] = 0;
        queued[3] = 0;
        long sequence = RecordKeys.number(inFlight.key()) + 1;
        StoredRecord identifier = fixture.identifier();
        List<String> damages = restore(
                inFlight,
                with(fixture.plainOutbound(), RecordKeys.outbound(sequence), queued),
                with(identifier, RecordKeys.identifier(sequence), bytes(identifier)));
        assertEquals(1, damages.size());
        assertEquals(1, session.queue.size());
    }

    @Test
    void identifierOfNoMessageIsReportedAndItsNumberIsNotGivenAgain() {
        List<String> damages = restore(fixture.identifier());
        assertEquals(1, damages.size());
        assertEquals(10, session.nextSequence);
    }

    @Test
    void recordsWithoutPacketIdentifierAreDamagedWhereTheyNeedOne() {
        byte[] released = bytes(fixture.released());
        byte[] accepted = bytes(fixture.accepted());
        byte[] identifier = bytes(fixture.identifier());
        released[2] = released[3] = 0;
        accepted[1] = accepted[2] = 0;
        identifier[1] = identifier[2] = 0;
        byte[] queued = bytes(fixture.plainOutbound());
        queued[2] = queued[3] = 0;
        List<String> damages = restore(
                with(fixture.released(), RecordKeys.outbound(1), released),
                with(fixture.plainOutbound(), RecordKeys.outbound(2), queued),
                with(fixture.identifier(), RecordKeys.identifier(2), identifier),
                with(fixture.accepted(), RecordKeys.inbound(1), accepted));
        assertEquals(3, damages.size(), damages::toString);
        assertEquals(1, session.queue.size());
        assertEquals(0, session.inFlight.size());
    }

    @Test
    void messagesInFlightWithoutTheRecordOfTheSessionSayThatThereWasOne() {
        restore(fixture.fullOutbound());
        assertTrue(session.established);
        assertTrue(session.doubtful);
    }

    @Test
    void acceptedIdentifierWithoutTheRecordOfTheSessionSaysThatThereWasOne() {
        restore(fixture.accepted());
        assertTrue(session.established);
        assertTrue(session.doubtful);
    }

    @Test
    void orderIsThatOfPublishingWhereverTheIdentifierStands() {
        StoredRecord plain = fixture.plainOutbound();
        byte[] queued = bytes(plain);
        queued[2] = queued[3] = 0;
        restore(
                with(plain, RecordKeys.outbound(1), queued),
                with(plain, RecordKeys.outbound(2), bytes(plain)),
                with(plain, RecordKeys.outbound(3), queued),
                with(fixture.identifier(), RecordKeys.identifier(1), (byte) 1, (byte) 0, (byte) 7));
        assertEquals(1, session.inFlight.first().sequence);
        assertEquals(2, session.inFlight.first().next.sequence);
        assertEquals(3, session.queue.first().sequence);
        assertEquals(4, session.nextSequence);
        assertEquals(3, session.queuedBytes);
    }

    @Test
    void deliveryIdentifiersGoOnBehindTheReservedOnes() {
        StoredRecord meta = with(
                fixture.meta(),
                0,
                (byte) 1,
                (byte) 1,
                (byte) 0,
                (byte) 0,
                (byte) 0,
                (byte) 0,
                (byte) 0,
                (byte) 0x10,
                (byte) 0,
                (byte) 1);
        restore(meta, fixture.inbound());
        assertEquals(0x100001, journal.nextDeliveryIdentifier());
        assertEquals(0x100002, journal.nextDeliveryIdentifier());
    }

    @Test
    void deliveryIdentifierOfARecordIsNotGivenAgainWhereTheReservationIsLost() {
        restore(fixture.inbound());
        assertEquals(0x56, journal.nextDeliveryIdentifier());
    }

    /** An application may have recorded what was given, and would take a new message with the same number for an old one. */
    @Test
    void deliveryIdentifiersJumpFarWhereTheReservationWasSetAside() {
        restore.storeWasDamaged();
        restore(fixture.inbound());
        assertEquals(Journal.DAMAGE_GAP, journal.nextDeliveryIdentifier());
        assertTrue(session.established);
        assertTrue(session.doubtful);
    }

    @Test
    void deliveryIdentifiersGoOnWhereTheReservationIsThereAlthoughOthersWereSetAside() {
        restore.storeWasDamaged();
        restore(fixture.meta(), fixture.inbound());
        assertEquals(0x56, journal.nextDeliveryIdentifier());
    }

    @Test
    void deliveryIdentifiersAreReservedInBlocksBeforeTheyAreGiven() {
        assertEquals(1, journal.nextDeliveryIdentifier());
        assertEquals(1, gate.changes().size());
        for (long i = 2; i <= Journal.DELIVERY_BLOCK; i++) {
            assertEquals(i, journal.nextDeliveryIdentifier());
        }
        assertEquals(1, gate.changes().size());
        assertEquals(Journal.DELIVERY_BLOCK + 1, journal.nextDeliveryIdentifier());
        assertEquals(2, gate.changes().size());
    }

    /** Found by fuzzing: the next message of QoS 2 had a number that no record can have, which ended the client. */
    @Test
    void aReservationThatCannotBeIsDamage() {
        StoredRecord meta = fixture.meta();
        for (long reserved : new long[] {-1, 0, Long.MIN_VALUE, Long.MAX_VALUE, RecordKeys.LARGEST_NUMBER + 1}) {
            byte[] content = bytes(meta);
            ByteBuffer.wrap(content).putLong(2, reserved);
            Journal own = new Journal(new SessionState(), gate);
            SessionRestore one = new SessionRestore(new SessionState(), own);
            one.take(with(meta, RecordKeys.META, content));
            one.finish();
            assertEquals(1, one.damages().size(), () -> "reserved " + reserved);
            assertEquals(Journal.DAMAGE_GAP, own.nextDeliveryIdentifier());
        }
    }

    @Test
    void aNumberThatLeavesNoOtherToGiveIsDamageAndNotGoneOnFrom() {
        long last = (1L << 56) - 1;
        List<String> damages = restore(
                with(fixture.plainOutbound(), RecordKeys.outbound(last), bytes(fixture.plainOutbound())),
                with(fixture.inbound(), RecordKeys.inbound(last), bytes(fixture.inbound())),
                new StoredRecord(
                        RecordKeys.checkpoint(Integer.MAX_VALUE),
                        RecordKind.CHECKPOINT.number(),
                        Payload.wrap(new byte[] {1})));
        assertEquals(3, damages.size(), damages::toString);
        assertTrue(damages.get(0).contains("larger than any that is given"), damages.get(0));
        assertEquals(1, session.nextSequence);
        assertEquals(1, journal.nextDeliveryIdentifier());
        assertTrue(session.queue.size() == 0 && session.undelivered.isEmpty());
    }

    private StoredRecord reserving(long deliveries) {
        StoredRecord meta = fixture.meta();
        byte[] content = bytes(meta);
        ByteBuffer.wrap(content).putLong(2, deliveries);
        return with(meta, RecordKeys.META, content);
    }

    /** The next ones are refused as damage by the run after, and none is given twice. */
    @Test
    void theLargestNumbersThatAreGivenAreNoDamageAndNotGivenAgain() {
        long largest = RecordKeys.LARGEST_NUMBER;
        StoredRecord inbound = fixture.inbound();
        StoredRecord meta = reserving(largest);
        List<String> damages = restore(
                meta,
                with(fixture.plainOutbound(), RecordKeys.outbound(largest), bytes(fixture.plainOutbound())),
                with(inbound, RecordKeys.inbound(largest), bytes(inbound)));
        assertEquals(List.of(), damages);
        assertEquals(largest + 1, session.nextSequence);
        assertEquals(largest + 1, journal.nextDeliveryIdentifier());
    }

    @Test
    void theSmallestReservationIsNoDamage() {
        assertEquals(List.of(), restore(reserving(1)));
        assertEquals(1, journal.nextDeliveryIdentifier());
    }

    /** The slot behind it would be a negative one, and its key that of no space. */
    @Test
    void aSlotThatLeavesNoOtherToGiveIsDamageAndNotGoneOnFrom() {
        StoredRecord last =
                with(fixture.checkpoint(), RecordKeys.checkpoint(Integer.MAX_VALUE), bytes(fixture.checkpoint()));
        StoredRecord lastGiven = with(fixture.checkpoint(), RecordKeys.checkpoint(7), bytes(fixture.checkpoint()));
        assertEquals(1, restore(lastGiven, last).size());
        PublishOptions options = PublishOptions.NONE.withCheckpoint(Checkpoint.of("another", "1"));
        journal.putOutbound(new OutboundMessage(Message.of("t", QoS.AT_LEAST_ONCE, ""), options, 0));
        List<Long> keys = ModelStore.changes(gate.changes()).stream()
                .map(ModelStore.Change::key)
                .toList();
        assertTrue(keys.contains(RecordKeys.checkpoint(8)), keys::toString);
    }
}
