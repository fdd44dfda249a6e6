package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Nothing leaves before what it depends on is durable, seen from the records themselves. */
final class StoredBeforeSent {

    private final ModelStore store;

    StoredBeforeSent(ModelStore store) {
        this.store = store;
    }

    private @Nullable StoredRecord at(long key) {
        return store.durable().get(key);
    }

    void checkPublish(OutboundMessage message) {
        if (message.message().qos() == QoS.AT_MOST_ONCE) {
            return;
        }
        StoredRecord written = at(RecordKeys.outbound(message.sequence));
        if (written == null) {
            throw new AssertionError("PUBLISH " + message.sequence + " leaves before it is stored");
        }
        int stored = MessageRecord.read(written.content().asByteBuffer()).packetIdentifier();
        StoredRecord identifier = at(RecordKeys.identifier(message.sequence));
        if (identifier != null) {
            stored = identifier.content().asByteBuffer().getShort(1) & 0xFFFF;
        }
        if (stored != message.packetIdentifier()) {
            throw new AssertionError(
                    "PUBLISH leaves with Packet Identifier " + message.packetIdentifier() + ", stored is " + stored);
        }
    }

    void checkRelease(OutboundMessage message) {
        StoredRecord written = at(RecordKeys.outbound(message.sequence));
        if (written == null || written.kind() != RecordKind.RELEASED.number()) {
            throw new AssertionError("PUBREL " + message.packetIdentifier() + " leaves before PUBREC is stored");
        }
    }

    void checkStored(OutboundMessage message) {
        if (message.message().qos() != QoS.AT_MOST_ONCE && at(RecordKeys.outbound(message.sequence)) == null) {
            throw new AssertionError("Message " + message.sequence + " is called stored and is not");
        }
    }

    void checkGone(OutboundMessage message) {
        if (message.sequence != 0 && at(RecordKeys.outbound(message.sequence)) != null) {
            throw new AssertionError(
                    "Message " + message.sequence + " is called complete while the store still has it");
        }
    }

    void checkDelivery(InboundMessage message) {
        if (message.qos() == QoS.EXACTLY_ONCE) {
            StoredRecord written = at(RecordKeys.inbound(message.deliveryIdentifier()));
            if (written == null || written.kind() != RecordKind.INBOUND.number()) {
                throw new AssertionError(message + " is handed over before it is stored");
            }
        }
    }

    void check(ControlPacket packet) {
        if (packet instanceof PubRec refusal && refusal.reasonCode().isError()) {
            if (isInboundStored(refusal.packetIdentifier())) {
                throw new AssertionError(refusal + " leaves before the message is forgotten");
            }
        } else if (packet instanceof PubRec answer) {
            if (!isInboundStored(answer.packetIdentifier())) {
                throw new AssertionError(answer + " leaves before the message is stored");
            }
        } else if (packet instanceof PubComp answer) {
            if (isInboundStored(answer.packetIdentifier())) {
                throw new AssertionError(answer + " leaves before the identifier is forgotten");
            }
        }
    }

    private boolean isInboundStored(int packetIdentifier) {
        return store.records().stream()
                .filter(written -> RecordKeys.space(written.key()) == RecordKeys.SPACE_INBOUND)
                .anyMatch(written -> identifier(written) == packetIdentifier);
    }

    private static int identifier(StoredRecord written) {
        ByteBuffer content = written.content().asByteBuffer();
        return written.kind() == RecordKind.ACCEPTED.number() || written.kind() == RecordKind.REFUSED.number()
                ? content.getShort(1) & 0xFFFF
                : MessageRecord.read(content).packetIdentifier();
    }
}
