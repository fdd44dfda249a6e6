package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.StoredEntry;
import dev.aldis.mqtt.api.StoredEntry.Kind;
import dev.aldis.mqtt.api.StoredEntry.State;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.RecordLabel;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RecordDescriptionTest {

    private static final Instant TIME = Instant.ofEpochMilli(0x0102_0304_0506L);

    private final RecordFixture fixture = new RecordFixture();
    private final TreeMap<Long, StoredRecord> records = new TreeMap<>();

    private StoredEntry describe(StoredRecord record) {
        records.put(record.key(), record);
        return RecordDescription.of(record, new StoreReader() {
            @Override
            public List<StoredRecord> scan(long fromKey, int limit) {
                return records.tailMap(fromKey).values().stream().limit(limit).toList();
            }

            @Override
            public void close() {
                records.clear();
            }
        });
    }

    @Test
    void aMessageInFlightShowsAllThatItHas() {
        StoredRecord record = fixture.fullOutbound();
        StoredEntry entry = describe(record);
        assertEquals(
                new StoredEntry(
                        record.key(),
                        Kind.OUTBOUND,
                        State.IN_FLIGHT,
                        record.content().sizeBytes(),
                        Optional.of(TIME),
                        Optional.of(TopicName.of("a/\u00fc")),
                        Optional.of(QoS.EXACTLY_ONCE),
                        OptionalInt.of(0xABCD),
                        Optional.of("key"),
                        Optional.of(Payload.of("hello"))),
                entry);
        assertFalse(entry.toString().contains("hello"), entry::toString);
    }

    @Test
    void theLabelOfAMessageIsItsTopicAndQos() {
        assertEquals(
                Optional.of(new RecordLabel(TopicName.of("a/\u00fc"), QoS.EXACTLY_ONCE)),
                label(fixture.fullOutbound()));
        assertEquals(Optional.empty(), label(fixture.identifier()));
        byte[] newer = fixture.fullOutbound().content().toByteArray();
        newer[0]++;
        assertEquals(
                Optional.empty(),
                label(new StoredRecord(1, fixture.fullOutbound().kind(), Payload.wrap(newer))));
    }

    private static Optional<RecordLabel> label(StoredRecord record) {
        return RecordDescription.label(record.kind(), record.content().asByteBuffer());
    }

    @Test
    void aQueuedMessageIsInFlightOnceItsIdentifierIsRecorded() {
        OutboundMessage queued = RecordFixture.outbound(Message.of("t", QoS.AT_LEAST_ONCE, "p"), null);
        queued.packetIdentifier = 0;
        ChangeBatch batch = new ChangeBatch();
        new MessageRecord().putOutbound(batch, queued);
        StoredRecord record = new StoredRecord(
                batch.key(0), batch.kind(0), Payload.wrap(Arrays.copyOf(batch.array(), batch.lengthBytes(0))));
        StoredEntry before = describe(record);
        assertEquals(State.QUEUED, before.state());
        assertEquals(OptionalInt.empty(), before.packetIdentifier());

        StoredEntry identifier = describe(fixture.identifier());
        assertEquals(Kind.IDENTIFIER, identifier.kind());
        StoredEntry after = describe(record);
        assertEquals(State.IN_FLIGHT, after.state());
        assertEquals(identifier.packetIdentifier(), after.packetIdentifier());
    }

    @Test
    void theOtherKindsHaveTheirStates() {
        assertEquals(State.ABANDONED, describe(fixture.released()).state());
        StoredEntry inbound = describe(fixture.inbound());
        assertEquals(Kind.INBOUND, inbound.kind());
        assertEquals(State.RECEIVED, inbound.state());
        assertEquals(Optional.of(TIME), inbound.time());
        StoredEntry accepted = describe(fixture.accepted());
        assertEquals(State.ACCEPTED, accepted.state());
        assertEquals(OptionalInt.of(0x1234), accepted.packetIdentifier());
        StoredEntry checkpoint = describe(fixture.checkpoint());
        assertEquals(Kind.CHECKPOINT, checkpoint.kind());
        assertEquals(Optional.of("l\u00edne"), checkpoint.name());
        assertEquals(Optional.of(Payload.of("42")), checkpoint.content());
        assertEquals(Kind.SESSION, describe(fixture.meta()).kind());
    }

    /** A kind that is new and not described shows here. */
    @Test
    void everyRecordThatTheJournalWritesIsDescribed() {
        for (StoredRecord record : fixture.all()) {
            StoredEntry entry = describe(record);
            assertNotEquals(State.UNREADABLE, entry.state(), () -> "kind " + record.kind());
            assertNotEquals(Kind.UNKNOWN, entry.kind(), () -> "kind " + record.kind());
        }
        OutboundMessage qos0 = RecordFixture.outbound(Message.of("t", QoS.AT_MOST_ONCE, "p"), null);
        qos0.packetIdentifier = 0;
        ChangeBatch batch = new ChangeBatch();
        new MessageRecord().putOutbound(batch, qos0);
        assertEquals(0x0600_0000_0000_0009L, batch.key(0));
        StoredEntry entry = describe(new StoredRecord(
                batch.key(0), batch.kind(0), Payload.wrap(Arrays.copyOf(batch.array(), batch.lengthBytes(0)))));
        assertEquals(State.QUEUED, entry.state());
        assertEquals(Kind.OUTBOUND, entry.kind());
    }

    @Test
    void aReleasedMessageShowsNoPayload() {
        OutboundMessage released = RecordFixture.outbound(RecordFixture.full(QoS.EXACTLY_ONCE), null);
        released.phase = OutboundPhase.RELEASED;
        ChangeBatch batch = new ChangeBatch();
        new MessageRecord().putOutbound(batch, released);
        StoredEntry entry = describe(new StoredRecord(
                batch.key(0), batch.kind(0), Payload.wrap(Arrays.copyOf(batch.array(), batch.lengthBytes(0)))));
        assertEquals(State.RELEASED, entry.state());
        assertEquals(Optional.empty(), entry.content());
    }

    @Test
    void whatCannotBeReadIsStillListed() {
        StoredRecord whole = fixture.fullOutbound();
        Payload cut = Payload.wrap(Arrays.copyOf(whole.content().toByteArray(), 20));
        StoredEntry entry = describe(new StoredRecord(whole.key(), whole.kind(), cut));
        assertEquals(State.UNREADABLE, entry.state());
        assertEquals(Kind.OUTBOUND, entry.kind());
        assertEquals(20, entry.sizeBytes());
        StoredEntry stranger = describe(new StoredRecord(0x7F00_0000_0000_0001L, 99, Payload.of("?")));
        assertEquals(Kind.UNKNOWN, stranger.kind());
        assertEquals(State.UNREADABLE, stranger.state());
    }
}
