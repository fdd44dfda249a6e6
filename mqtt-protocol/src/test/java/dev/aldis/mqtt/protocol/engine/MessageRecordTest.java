package dev.aldis.mqtt.protocol.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.PayloadFormat;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes of the records. They are in the stores of users: a change needs a new format version that reads the old one. */
class MessageRecordTest {

    private final RecordFixture fixture = new RecordFixture();

    private static void assertRecord(StoredRecord record, long key, RecordKind kind, String... bytes) {
        assertEquals(
                String.join("", bytes),
                HexFormat.of().formatHex(record.content().toByteArray()));
        assertEquals(key, record.key());
        assertEquals(kind.number(), record.kind());
    }

    @Test
    void plainOutboundRecordHasTheseBytes() {
        assertRecord(
                fixture.plainOutbound(),
                0x0100_0000_0000_0009L,
                RecordKind.OUTBOUND,
                "01", // format version
                "01", // QoS 1
                "abcd", // Packet Identifier
                "0000010203040506", // time
                "0000000000000000", // order among the PUBRELs
                "0001" + "74", // topic
                "00000001" + "70"); // payload
    }

    @Test
    void whatHasNoPacketIdentifierCannotBeReleased() {
        byte[] qos0 = HexFormat.of()
                .parseHex("01" + "00" + "0000" + "0000010203040506" + "0000000000000000" // as above
                        + "000174" + "0000000170");
        assertEquals(
                "p",
                StoredOutbound.readQos0(9, RecordKind.OUTBOUND.number(), ByteBuffer.wrap(qos0))
                        .message()
                        .payload()
                        .text());
        assertThrows(
                IllegalArgumentException.class,
                () -> StoredOutbound.readQos0(9, RecordKind.RELEASED.number(), ByteBuffer.wrap(qos0)));
    }

    @Test
    void fullOutboundRecordHasTheseBytes() {
        assertRecord(
                fixture.fullOutbound(),
                0x0100_0000_0000_0009L,
                RecordKind.OUTBOUND,
                "01",
                "1e", // QoS 2, retain, application key, properties
                "abcd",
                "0000010203040506",
                "0000000000000000",
                "0004" + "612fc3bc", // topic
                "0003" + "6b6579", // application key
                "3f" + "01" + "fffffffe" + "000a" + "746578742f706c61696e", // presence, format, expiry, Content Type
                "0004" + "722fc3bc" + "0003" + "0001ff", // Response Topic, Correlation Data
                "00000002" + "0001" + "6e" + "0001" + "76" + "0001" + "6e" + "0000", // User Properties
                "00000005" + "68656c6c6f");
    }

    @Test
    void releasedRecordHasTheseBytes() {
        assertRecord(
                fixture.released(),
                0x0100_0000_0000_0009L,
                RecordKind.RELEASED,
                "01",
                "8e", // QoS 2, retain, application key, abandoned
                "abcd",
                "0000010203040506",
                "0000000000001122",
                "0004" + "612fc3bc",
                "0003" + "6b6579",
                "00000000");
    }

    @Test
    void inboundRecordHasTheseBytes() {
        assertRecord(
                fixture.inbound(),
                0x0300_0000_0000_0055L,
                RecordKind.INBOUND,
                "01",
                "76", // QoS 2, retain, properties, Subscription Identifiers, DUP
                "1234",
                "0000010203040506",
                "0000000000000000",
                "0004" + "612fc3bc",
                "3f" + "01" + "fffffffe" + "000a" + "746578742f706c61696e",
                "0004" + "722fc3bc" + "0003" + "0001ff",
                "00000002" + "0001" + "6e" + "0001" + "76" + "0001" + "6e" + "0000",
                "00000002" + "00000001" + "0fffffff", // Subscription Identifiers
                "00000005" + "68656c6c6f");
    }

    @Test
    void smallRecordsHaveTheseBytes() {
        assertRecord(fixture.identifier(), 0x0200_0000_0000_0009L, RecordKind.IDENTIFIER, "01", "abcd");
        assertRecord(
                fixture.accepted(), 0x0300_0000_0000_0055L, RecordKind.ACCEPTED, "01", "1234", "a2b0cb3d" + "00000005");
        assertRecord(
                fixture.refused(),
                0x0300_0000_0000_0055L,
                RecordKind.REFUSED,
                "01",
                "1234",
                "a2b0cb3d" + "00000005",
                "97");
        assertRecord(
                fixture.checkpoint(),
                0x0400_0000_0000_0001L,
                RecordKind.CHECKPOINT,
                "01",
                "0005" + "6cc3ad6e65",
                "00000002" + "3432");
        assertRecord(fixture.meta(), 0, RecordKind.META, "01", "03", "0000000000000001");
    }

    @Test
    void kindsHaveTheseNumbers() {
        List<Integer> numbers = new ArrayList<>();
        for (RecordKind kind : RecordKind.values()) {
            numbers.add(kind.number());
        }
        assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 8), numbers);
        assertEquals(
                "[META, OUTBOUND, RELEASED, IDENTIFIER, INBOUND, ACCEPTED, CHECKPOINT, REFUSED]",
                List.of(RecordKind.values()).toString());
    }

    private static MessageRecord.Fields read(StoredRecord record) {
        return MessageRecord.read(record.content().asByteBuffer());
    }

    @Test
    void outboundRecordIsReadBack() {
        MessageRecord.Fields plain = read(fixture.plainOutbound());
        assertEquals(Message.of("t", QoS.AT_LEAST_ONCE, "p"), plain.message());
        assertNull(plain.applicationKey());
        MessageRecord.Fields full = read(fixture.fullOutbound());
        assertEquals(RecordFixture.full(QoS.EXACTLY_ONCE), full.message());
        assertEquals("key", full.applicationKey());
        assertEquals(0xABCD, full.packetIdentifier());
        assertEquals(0x0102_0304_0506L, full.timeEpochMillis());
        assertFalse(full.duplicate());
        assertFalse(full.abandoned());
        assertEquals(List.of(), full.subscriptionIdentifiers());
    }

    @Test
    void releasedRecordHasLostItsContent() {
        MessageRecord.Fields fields = read(fixture.released());
        Message bare =
                Message.of(TopicName.of("a/ü"), QoS.EXACTLY_ONCE, Payload.EMPTY).withRetain(true);
        assertEquals(bare, fields.message());
        assertEquals(0x1122, fields.order());
        assertEquals("key", fields.applicationKey());
        assertTrue(fields.abandoned());
    }

    @Test
    void inboundRecordIsReadBack() {
        MessageRecord.Fields fields = read(fixture.inbound());
        assertEquals(RecordFixture.full(QoS.EXACTLY_ONCE), fields.message());
        assertEquals(List.of(1, 268_435_455), fields.subscriptionIdentifiers());
        assertEquals(0x1234, fields.packetIdentifier());
        assertTrue(fields.duplicate());
    }

    @Test
    void eachSubsetOfPropertiesIsReadBack() {
        for (int bits = 0; bits < 64; bits++) {
            MessageProperties.Builder some = MessageProperties.builder();
            if ((bits & 1) != 0) {
                some.payloadFormat(PayloadFormat.UNSPECIFIED);
            }
            if ((bits & 2) != 0) {
                some.messageExpirySeconds(0);
            }
            if ((bits & 4) != 0) {
                some.contentType("");
            }
            if ((bits & 8) != 0) {
                some.responseTopic(TopicName.of("r"));
            }
            if ((bits & 16) != 0) {
                some.correlationData(Payload.EMPTY);
            }
            if ((bits & 32) != 0) {
                some.userProperty("", "v");
            }
            Message message = Message.of("t", QoS.AT_LEAST_ONCE, "x").withProperties(some.build());
            assertEquals(message, readBack(message).message(), "bits " + bits);
        }
    }

    private static MessageRecord.Fields readBack(Message message) {
        ChangeBatch batch = new ChangeBatch();
        new MessageRecord().putOutbound(batch, RecordFixture.outbound(message, null));
        return read(ModelStore.changes(batch).get(0).written());
    }

    @Test
    void largestAndLongestFieldsAreReadBack() {
        String longest = "x".repeat(65_535);
        MessageProperties.Builder many = MessageProperties.builder()
                .contentType(longest)
                .responseTopic(TopicName.of(longest))
                .correlationData(Payload.wrap(new byte[65_535]));
        for (int i = 0; i < 70_000; i++) {
            many.userProperty("n", "v");
        }
        Message message = Message.of(TopicName.of(longest), QoS.EXACTLY_ONCE, Payload.wrap(new byte[100_000]))
                .withProperties(many.build());
        assertEquals(message, readBack(message).message());
    }

    @Test
    void manySubscriptionIdentifiersAreReadBack() {
        List<Integer> many = Collections.nCopies(70_000, 5);
        ChangeBatch batch = new ChangeBatch();
        Message message = Message.of("t", QoS.EXACTLY_ONCE, "");
        new MessageRecord().putInbound(batch, new InboundMessage(message, false, many, 1, 0));
        assertEquals(many, read(ModelStore.changes(batch).get(0).written()).subscriptionIdentifiers());
    }

    @Test
    void recordOfANewerVersionIsNamed() {
        byte[] content = fixture.plainOutbound().content().toByteArray();
        content[0] = 2;
        MessageRecord.UnknownFormatException e = assertThrows(
                MessageRecord.UnknownFormatException.class,
                () -> MessageRecord.read(Payload.wrap(content).asByteBuffer()));
        assertTrue(String.valueOf(e.getMessage()).contains("format 2"), e::getMessage);
    }

    @Test
    void fingerprintTellsTopicAndPayloadApart() {
        Message message = Message.of("a/b", QoS.EXACTLY_ONCE, "payload");
        long fingerprint = InboundMessage.fingerprint(message);
        assertEquals(
                fingerprint,
                InboundMessage.fingerprint(
                        message.withProperties(RecordFixture.PROPERTIES).withRetain(true)),
                "The server counts the Message Expiry Interval down");
        assertNotEquals(fingerprint, InboundMessage.fingerprint(Message.of("a/c", QoS.EXACTLY_ONCE, "payload")));
        assertNotEquals(fingerprint, InboundMessage.fingerprint(Message.of("a/b", QoS.EXACTLY_ONCE, "Payload")));
        assertNotEquals(fingerprint, InboundMessage.fingerprint(Message.of("a/bp", QoS.EXACTLY_ONCE, "ayload")));
    }
}
