package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.StoredEntry;
import dev.aldis.mqtt.api.StoredEntry.Kind;
import dev.aldis.mqtt.api.StoredEntry.State;
import dev.aldis.mqtt.spi.persistence.RecordLabel;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Says in the words of the API what a record holds, for those who look into a store. */
public final class RecordDescription {

    private RecordDescription() {}

    /**
     * Describes a record; one that cannot be read is an answer as well.
     *
     * @param record of a store
     * @param store that it comes from: the Packet Identifier of a message may stand in another record
     */
    public static StoredEntry of(StoredRecord record, StoreReader store) {
        try {
            return describe(record, store);
        } catch (RuntimeException e) {
            // Damaged, encrypted or of a newer version: the caller learns that it is there.
            return entry(record, kind(record), State.UNREADABLE);
        }
    }

    /**
     * The topic and the QoS of the message in a record.
     *
     * @param kind of the record
     * @param content its bytes
     * @return empty if there is no message in it, or not in a format that is known here
     */
    public static Optional<RecordLabel> label(int kind, ByteBuffer content) {
        boolean message = kind == RecordKind.OUTBOUND.number()
                || kind == RecordKind.RELEASED.number()
                || kind == RecordKind.INBOUND.number();
        return message ? MessageRecord.label(content) : Optional.empty();
    }

    private static Kind kind(StoredRecord record) {
        return switch (RecordKeys.space(record.key())) {
            case 0 -> Kind.SESSION;
            case RecordKeys.SPACE_OUTBOUND, RecordKeys.SPACE_QOS_0 -> Kind.OUTBOUND;
            case RecordKeys.SPACE_IDENTIFIER -> Kind.IDENTIFIER;
            case RecordKeys.SPACE_INBOUND -> Kind.INBOUND;
            case RecordKeys.SPACE_CHECKPOINT -> Kind.CHECKPOINT;
            default -> Kind.UNKNOWN;
        };
    }

    private static StoredEntry describe(StoredRecord record, StoreReader store) {
        Kind kind = kind(record);
        return switch (kind) {
            case SESSION -> entry(record, kind, State.CURRENT);
            case OUTBOUND -> outbound(record, store);
            case IDENTIFIER -> withIdentifier(record, kind, State.IN_FLIGHT);
            case INBOUND -> inbound(record);
            case CHECKPOINT -> checkpoint(record);
            case UNKNOWN -> entry(record, kind, State.UNREADABLE);
        };
    }

    private static StoredEntry inbound(StoredRecord record) {
        if (record.kind() == RecordKind.ACCEPTED.number()) {
            return withIdentifier(record, Kind.INBOUND, State.ACCEPTED);
        }
        return record.kind() == RecordKind.REFUSED.number()
                ? withIdentifier(record, Kind.INBOUND, State.REFUSED)
                : message(record, Kind.INBOUND, State.RECEIVED, 0);
    }

    private static StoredEntry outbound(StoredRecord record, StoreReader store) {
        if (record.kind() == RecordKind.RELEASED.number()) {
            return message(record, Kind.OUTBOUND, State.RELEASED, 0);
        }
        boolean resumed = RecordKeys.space(record.key()) == RecordKeys.SPACE_OUTBOUND;
        int identifier = resumed ? identifierOf(record, store) : 0;
        return message(record, Kind.OUTBOUND, identifier == 0 ? State.QUEUED : State.IN_FLIGHT, identifier);
    }

    /** The Packet Identifier that stands in a record of its own; 0 if there is none. */
    private static int identifierOf(StoredRecord record, StoreReader store) {
        long key = RecordKeys.identifier(RecordKeys.number(record.key()));
        List<StoredRecord> found = store.scan(key, 1);
        return found.isEmpty() || found.get(0).key() != key ? 0 : identifierIn(found.get(0));
    }

    private static int identifierIn(StoredRecord record) {
        ByteBuffer content = record.content().asByteBuffer();
        expectVersion(content);
        return content.getShort() & 0xFFFF;
    }

    private static void expectVersion(ByteBuffer content) {
        int version = content.get();
        if (version != MessageRecord.FORMAT_VERSION) {
            throw new MessageRecord.UnknownFormatException(version);
        }
    }

    private static StoredEntry message(StoredRecord record, Kind kind, State state, int ownIdentifier) {
        MessageRecord.Fields fields = MessageRecord.read(record.content().asByteBuffer());
        Message message = fields.message();
        int identifier = ownIdentifier == 0 ? fields.packetIdentifier() : ownIdentifier;
        State shown = state == State.QUEUED && identifier != 0 ? State.IN_FLIGHT : state;
        return new StoredEntry(
                record.key(),
                kind,
                fields.abandoned() ? State.ABANDONED : shown,
                record.content().sizeBytes(),
                Optional.of(Instant.ofEpochMilli(fields.timeEpochMillis())),
                Optional.of(message.topic()),
                Optional.of(message.qos()),
                identifier == 0 ? OptionalInt.empty() : OptionalInt.of(identifier),
                Optional.ofNullable(fields.applicationKey()),
                state == State.RELEASED ? Optional.empty() : Optional.of(message.payload()));
    }

    private static StoredEntry withIdentifier(StoredRecord record, Kind kind, State state) {
        return new StoredEntry(
                record.key(),
                kind,
                state,
                record.content().sizeBytes(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.of(identifierIn(record)),
                Optional.empty(),
                Optional.empty());
    }

    private static StoredEntry checkpoint(StoredRecord record) {
        ByteBuffer content = record.content().asByteBuffer();
        expectVersion(content);
        String name = PropertiesRecord.readText(content);
        Payload value = PropertiesRecord.readPayload(content);
        return new StoredEntry(
                record.key(),
                Kind.CHECKPOINT,
                State.CURRENT,
                record.content().sizeBytes(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.of(name),
                Optional.of(value));
    }

    private static StoredEntry entry(StoredRecord record, Kind kind, State state) {
        return new StoredEntry(
                record.key(),
                kind,
                state,
                record.content().sizeBytes(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
