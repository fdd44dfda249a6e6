package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.RecordLabel;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The record of a message, outbound or inbound; format version 1:
 *
 * <pre>
 * version u8 · flags u8 · Packet Identifier u16 · time u64 (milliseconds since 1970) · order u64
 * topic u16+bytes · [application key u16+bytes] · [properties] · [count u32, Subscription Identifiers u32 each]
 * payload u32+bytes
 * </pre>
 *
 * flags: bits 0 and 1 QoS, 2 retain, 3 application key, 4 properties, 5 Subscription Identifiers, 6 DUP, 7 abandoned. Each
 * field has its length, so a record that lost its end, or got another one, is found out.
 */
final class MessageRecord {

    static final int FORMAT_VERSION = 1;

    private static final int RETAIN = 4;
    private static final int HAS_KEY = 8;
    private static final int HAS_PROPERTIES = 16;
    private static final int HAS_SUBSCRIPTION_IDENTIFIERS = 32;
    private static final int DUPLICATE = 64;
    private static final int ABANDONED = 128;
    private static final int FIXED_SIZE_BYTES = 1 + 1 + 2 + 8 + 8 + 2 + 4;

    private final RecordWriter writer = new RecordWriter();

    /** Puts the record of an outbound message: whole, or after PUBREC without payload and properties. */
    void putOutbound(ChangeBatch batch, OutboundMessage message) {
        boolean released = message.phase == OutboundPhase.RELEASED;
        Message content = message.message();
        MessageProperties properties = released ? MessageProperties.NONE : content.properties();
        Payload payload = released ? Payload.EMPTY : content.payload();
        String key = message.options().applicationKey().orElse(null);
        byte @Nullable [] keyBytes = key == null ? null : utf8(key);
        int propertiesSize = PropertiesRecord.sizeBytes(properties);
        int size = FIXED_SIZE_BYTES
                + content.topic().sizeBytes()
                + (keyBytes == null ? 0 : 2 + keyBytes.length)
                + propertiesSize
                + payload.sizeBytes();
        writer.begin(batch, RecordKeys.message(message), released ? RecordKind.RELEASED : RecordKind.OUTBOUND, size);
        int flags = content.qos().level()
                | (content.retain() ? RETAIN : 0)
                | (keyBytes == null ? 0 : HAS_KEY)
                | (propertiesSize == 0 ? 0 : HAS_PROPERTIES)
                | (message.abandoned ? ABANDONED : 0);
        writeHead(flags, message.packetIdentifier, message.acceptedAtEpochMillis(), message.releaseOrder);
        writer.writeTopic(content.topic());
        if (keyBytes != null) {
            writer.writeBytes(keyBytes);
        }
        if (propertiesSize != 0) {
            PropertiesRecord.write(writer, properties);
        }
        writer.writePayload(payload);
        writer.finish();
    }

    /** Puts the record of an inbound message. */
    void putInbound(ChangeBatch batch, InboundMessage message) {
        Message content = message.message();
        List<Integer> identifiers = message.subscriptionIdentifiers();
        int propertiesSize = PropertiesRecord.sizeBytes(content.properties());
        int size = FIXED_SIZE_BYTES
                + content.topic().sizeBytes()
                + propertiesSize
                + (identifiers.isEmpty() ? 0 : Integer.BYTES * (1 + identifiers.size()))
                + content.payload().sizeBytes();
        writer.begin(batch, RecordKeys.inbound(message.deliveryIdentifier()), RecordKind.INBOUND, size);
        int flags = content.qos().level()
                | (content.retain() ? RETAIN : 0)
                | (propertiesSize == 0 ? 0 : HAS_PROPERTIES)
                | (identifiers.isEmpty() ? 0 : HAS_SUBSCRIPTION_IDENTIFIERS)
                | (message.duplicate() ? DUPLICATE : 0);
        writeHead(flags, message.packetIdentifier, message.receivedAtEpochMillis(), 0);
        writer.writeTopic(content.topic());
        if (propertiesSize != 0) {
            PropertiesRecord.write(writer, content.properties());
        }
        if (!identifiers.isEmpty()) {
            writer.writeInt(identifiers.size());
            for (int identifier : identifiers) {
                writer.writeInt(identifier);
            }
        }
        writer.writePayload(content.payload());
        writer.finish();
    }

    private void writeHead(int flags, int packetIdentifier, long timeEpochMillis, long order) {
        writer.writeByte(FORMAT_VERSION);
        writer.writeByte(flags);
        writer.writeShort(packetIdentifier);
        writer.writeLong(timeEpochMillis);
        writer.writeLong(order);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The fields of a record that was read back. */
    record Fields(
            Message message,
            int packetIdentifier,
            long timeEpochMillis,
            long order,
            @Nullable String applicationKey,
            List<Integer> subscriptionIdentifiers,
            boolean duplicate,
            boolean abandoned) {}

    /**
     * Reads a record of either direction.
     *
     * @throws RuntimeException of any kind if the bytes are no such record; the caller sets it aside
     */
    static Fields read(ByteBuffer record) {
        int version = record.get();
        if (version != FORMAT_VERSION) {
            throw new UnknownFormatException(version);
        }
        int flags = record.get();
        int packetIdentifier = record.getShort() & 0xFFFF;
        long time = record.getLong();
        long order = record.getLong();
        TopicName topic = TopicName.of(PropertiesRecord.readText(record));
        String key = (flags & HAS_KEY) == 0 ? null : PropertiesRecord.readText(record);
        MessageProperties properties =
                (flags & HAS_PROPERTIES) == 0 ? MessageProperties.NONE : PropertiesRecord.read(record);
        List<Integer> identifiers = List.of();
        if ((flags & HAS_SUBSCRIPTION_IDENTIFIERS) != 0) {
            int count = record.getInt();
            identifiers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                identifiers.add(record.getInt());
            }
        }
        Payload payload = PropertiesRecord.readPayload(record);
        checkEnd(record);
        return new Fields(
                new Message(topic, payload, QoS.of(flags & 3), (flags & RETAIN) != 0, properties),
                packetIdentifier,
                time,
                order,
                key,
                List.copyOf(identifiers),
                (flags & DUPLICATE) != 0,
                (flags & ABANDONED) != 0);
    }

    /** Topic and QoS of a record of either direction; the rest of it is not looked at. */
    static Optional<RecordLabel> label(ByteBuffer record) {
        if (record.get() != FORMAT_VERSION) {
            return Optional.empty();
        }
        QoS qos = QoS.of(record.get() & 3);
        record.position(record.position() + Short.BYTES + Long.BYTES + Long.BYTES);
        return Optional.of(new RecordLabel(TopicName.of(PropertiesRecord.readText(record)), qos));
    }

    /** Checks that nothing stands behind the last field of a record. */
    static void checkEnd(ByteBuffer record) {
        if (record.hasRemaining()) {
            throw new IllegalArgumentException(record.remaining() + " bytes stand behind the last field of the record");
        }
    }

    /** The record was written by a newer version of this library. */
    static final class UnknownFormatException extends RuntimeException {

        @Serial
        private static final long serialVersionUID = 1L;

        UnknownFormatException(int version) {
            super("Record format " + version + " is not known; this version of the library knows " + FORMAT_VERSION
                    + ": use the newer version that wrote it");
        }
    }
}
