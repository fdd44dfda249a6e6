package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.PayloadFormat;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.api.UserProperty;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The properties of a message inside its record: presence bits u8, then Payload Format Indicator u8, Message Expiry
 * Interval u32, Content Type, Response Topic, Correlation Data (each u16+bytes), and a count u32 with pairs of texts.
 */
final class PropertiesRecord {

    private static final int FORMAT = 1;
    private static final int EXPIRY = 2;
    private static final int CONTENT_TYPE = 4;
    private static final int RESPONSE_TOPIC = 8;
    private static final int CORRELATION = 16;
    private static final int USER = 32;

    private PropertiesRecord() {}

    static int sizeBytes(MessageProperties properties) {
        if (properties.equals(MessageProperties.NONE)) {
            return 0;
        }
        int size = 1;
        size += properties.payloadFormat().isPresent() ? 1 : 0;
        size += properties.messageExpirySeconds().isPresent() ? 4 : 0;
        size += properties.contentType().map(PropertiesRecord::textSize).orElse(0);
        size += properties.responseTopic().map(topic -> 2 + topic.sizeBytes()).orElse(0);
        size += properties.correlationData().map(data -> 2 + data.sizeBytes()).orElse(0);
        if (!properties.userProperties().isEmpty()) {
            size += Integer.BYTES;
            for (UserProperty property : properties.userProperties()) {
                size += textSize(property.name()) + textSize(property.value());
            }
        }
        return size;
    }

    private static int textSize(String text) {
        return 2 + MessageRecord.utf8(text).length;
    }

    static void write(RecordWriter writer, MessageProperties properties) {
        List<UserProperty> user = properties.userProperties();
        writer.writeByte((properties.payloadFormat().isPresent() ? FORMAT : 0)
                | (properties.messageExpirySeconds().isPresent() ? EXPIRY : 0)
                | (properties.contentType().isPresent() ? CONTENT_TYPE : 0)
                | (properties.responseTopic().isPresent() ? RESPONSE_TOPIC : 0)
                | (properties.correlationData().isPresent() ? CORRELATION : 0)
                | (user.isEmpty() ? 0 : USER));
        properties.payloadFormat().ifPresent(format -> writer.writeByte(format == PayloadFormat.UTF_8 ? 1 : 0));
        properties.messageExpirySeconds().ifPresent(seconds -> writer.writeInt((int) seconds));
        properties.contentType().ifPresent(type -> writer.writeBytes(MessageRecord.utf8(type)));
        properties.responseTopic().ifPresent(writer::writeTopic);
        properties.correlationData().ifPresent(data -> writer.writeBytes(data.toByteArray()));
        if (!user.isEmpty()) {
            writer.writeInt(user.size());
            for (UserProperty property : user) {
                writer.writeBytes(MessageRecord.utf8(property.name()));
                writer.writeBytes(MessageRecord.utf8(property.value()));
            }
        }
    }

    static MessageProperties read(ByteBuffer record) {
        int present = record.get();
        MessageProperties.Builder builder = MessageProperties.builder();
        if ((present & FORMAT) != 0) {
            builder.payloadFormat(record.get() == 1 ? PayloadFormat.UTF_8 : PayloadFormat.UNSPECIFIED);
        }
        if ((present & EXPIRY) != 0) {
            builder.messageExpirySeconds(record.getInt() & 0xFFFF_FFFFL);
        }
        if ((present & CONTENT_TYPE) != 0) {
            builder.contentType(readText(record));
        }
        if ((present & RESPONSE_TOPIC) != 0) {
            builder.responseTopic(TopicName.of(readText(record)));
        }
        if ((present & CORRELATION) != 0) {
            builder.correlationData(Payload.wrap(readBytes(record)));
        }
        if ((present & USER) != 0) {
            int count = record.getInt();
            for (int i = 0; i < count; i++) {
                builder.userProperty(readText(record), readText(record));
            }
        }
        return builder.build();
    }

    static String readText(ByteBuffer record) {
        return new String(readBytes(record), StandardCharsets.UTF_8);
    }

    static byte[] readBytes(ByteBuffer record) {
        return readBytes(record, record.getShort() & 0xFFFF);
    }

    /** Bytes with a length of four bytes in front. */
    static Payload readPayload(ByteBuffer record) {
        return Payload.wrap(readBytes(record, record.getInt()));
    }

    private static byte[] readBytes(ByteBuffer record, int length) {
        if (length < 0 || length > record.remaining()) {
            throw new IllegalArgumentException(
                    "A field of " + length + " bytes runs past the record, which has " + record.remaining() + " left");
        }
        byte[] bytes = new byte[length];
        record.get(bytes);
        return bytes;
    }
}
