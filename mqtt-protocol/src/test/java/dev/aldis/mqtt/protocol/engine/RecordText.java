package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.engine.ModelStore.Change;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.nio.ByteBuffer;

/** Says in a few words what a record holds. */
final class RecordText {

    private RecordText() {}

    static String of(Change change) {
        StoredRecord written = change.written();
        return written == null ? "remove " + key(change.key()) : "put " + of(written);
    }

    static String of(StoredRecord written) {
        ByteBuffer content = written.content().asByteBuffer();
        String head = kind(written.kind()) + " " + RecordKeys.number(written.key());
        return switch (kind(written.kind())) {
            case OUTBOUND, RELEASED, INBOUND -> head + ": " + message(MessageRecord.read(content));
            case IDENTIFIER, ACCEPTED -> head + ": id " + (content.getShort(1) & 0xFFFF);
            case REFUSED ->
                head + ": id " + (content.getShort(1) & 0xFFFF) + " " + ReasonCode.of(content.get(11) & 0xFF);
            case CHECKPOINT -> head + ": " + content.remaining() + " bytes";
            case META -> meta(content);
        };
    }

    private static String meta(ByteBuffer content) {
        int flags = content.get(1);
        return "META: " + ((flags & 1) != 0 ? "session" : "no session") + ((flags & 2) != 0 ? " in doubt" : "")
                + ", deliveries below " + content.getLong(2);
    }

    private static RecordKind kind(int number) {
        for (RecordKind kind : RecordKind.values()) {
            if (kind.number() == number) {
                return kind;
            }
        }
        throw new AssertionError("A record of kind " + number);
    }

    private static String message(MessageRecord.Fields fields) {
        return "q" + fields.message().qos().level()
                + (fields.packetIdentifier() == 0 ? " queued" : " id " + fields.packetIdentifier())
                + " " + fields.message().topic()
                + (fields.message().payload().sizeBytes() == 0
                        ? ""
                        : " " + fields.message().payload().text());
    }

    static String key(long key) {
        String space = switch (RecordKeys.space(key)) {
            case 0 -> "META";
            case RecordKeys.SPACE_OUTBOUND -> "OUTBOUND";
            case RecordKeys.SPACE_IDENTIFIER -> "IDENTIFIER";
            case RecordKeys.SPACE_INBOUND -> "INBOUND";
            case RecordKeys.SPACE_CHECKPOINT -> "CHECKPOINT";
            case RecordKeys.SPACE_QOS_0 -> "QOS_0";
            default -> throw new AssertionError("A key of no space: " + key);
        };
        return space + " " + RecordKeys.number(key);
    }
}
