package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import java.nio.ByteBuffer;

/** Reads an outbound message back from its record. */
final class StoredOutbound {

    private StoredOutbound() {}

    /**
     * The message of a record, with what the record says of it; in no list, and its Packet Identifier not reserved.
     *
     * @throws RuntimeException of any kind if the record cannot be read
     */
    static OutboundMessage read(long sequence, int kind, ByteBuffer content) {
        OutboundMessage message = readAny(sequence, kind, content);
        if (message.message().qos() == QoS.AT_MOST_ONCE) {
            throw new IllegalArgumentException("Where messages of QoS 1 and 2 are, it has QoS 0");
        }
        return message;
    }

    /** The same for a message of QoS 0, which has no Packet Identifier. */
    static OutboundMessage readQos0(long sequence, int kind, ByteBuffer content) {
        expectKind(kind, RecordKind.OUTBOUND);
        OutboundMessage message = readAny(sequence, kind, content);
        if (message.message().qos() != QoS.AT_MOST_ONCE || message.packetIdentifier != 0) {
            throw new IllegalArgumentException("Where messages of QoS 0 are, it has "
                    + message.message().qos() + " and Packet Identifier " + message.packetIdentifier);
        }
        return message;
    }

    private static OutboundMessage readAny(long sequence, int kind, ByteBuffer content) {
        boolean released = kind == RecordKind.RELEASED.number();
        if (!released) {
            expectKind(kind, RecordKind.OUTBOUND);
        }
        MessageRecord.Fields fields = MessageRecord.read(content);
        String key = fields.applicationKey();
        PublishOptions options = key == null ? PublishOptions.NONE : PublishOptions.NONE.withApplicationKey(key);
        OutboundMessage message = new OutboundMessage(fields.message(), options, fields.timeEpochMillis());
        message.sequence = sequence;
        message.recorded = true;
        message.batch = 0;
        message.abandoned = fields.abandoned();
        message.packetIdentifier = fields.packetIdentifier();
        if (released) {
            message.phase = OutboundPhase.RELEASED;
            message.releaseOrder = fields.order();
        }
        return message;
    }

    static void expectKind(int kind, RecordKind expected) {
        if (kind != expected.number()) {
            throw new IllegalArgumentException("Where " + expected + " records are, it has the kind " + kind);
        }
    }
}
