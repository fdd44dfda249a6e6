package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Checkpoint;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.PayloadFormat;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.List;

/** One record of each kind, as the journal writes it. */
final class RecordFixture {

    static final MessageProperties PROPERTIES = MessageProperties.builder()
            .payloadFormat(PayloadFormat.UTF_8)
            .messageExpirySeconds(0xFFFF_FFFEL)
            .contentType("text/plain")
            .responseTopic(TopicName.of("r/ü"))
            .correlationData(Payload.wrap(new byte[] {0, 1, (byte) 0xFF}))
            .userProperty("n", "v")
            .userProperty("n", "")
            .build();

    private final SessionState session = new SessionState();
    private final StoreGate gate = new StoreGate(true);
    private final Journal journal = new Journal(session, gate);

    private StoredRecord written() {
        List<ModelStore.Change> changes = ModelStore.changes(gate.changes());
        gate.changes().clear();
        StoredRecord last = changes.get(changes.size() - 1).written();
        if (last == null) {
            throw new AssertionError("The last change is a removal");
        }
        return last;
    }

    static OutboundMessage outbound(Message content, String key) {
        PublishOptions options = key == null ? PublishOptions.NONE : PublishOptions.NONE.withApplicationKey(key);
        OutboundMessage message = new OutboundMessage(content, options, 0x0102_0304_0506L);
        message.sequence = 9;
        message.packetIdentifier = 0xABCD;
        message.phase = OutboundPhase.IN_FLIGHT;
        return message;
    }

    static Message full(QoS qos) {
        return Message.of(TopicName.of("a/ü"), qos, Payload.of("hello"))
                .withRetain(true)
                .withProperties(PROPERTIES);
    }

    StoredRecord plainOutbound() {
        journal.putOutbound(outbound(Message.of("t", QoS.AT_LEAST_ONCE, "p"), null));
        return written();
    }

    StoredRecord fullOutbound() {
        journal.putOutbound(outbound(full(QoS.EXACTLY_ONCE), "key"));
        return written();
    }

    StoredRecord released() {
        OutboundMessage message = outbound(full(QoS.EXACTLY_ONCE), "key");
        message.phase = OutboundPhase.RELEASED;
        message.releaseOrder = 0x1122;
        message.abandoned = true;
        journal.putReleased(message);
        return written();
    }

    StoredRecord identifier() {
        journal.putIdentifier(outbound(full(QoS.EXACTLY_ONCE), null));
        return written();
    }

    static InboundMessage received() {
        InboundMessage message =
                new InboundMessage(full(QoS.EXACTLY_ONCE), true, List.of(1, 268_435_455), 0x55, 0x0102_0304_0506L);
        message.packetIdentifier = 0x1234;
        return message;
    }

    StoredRecord inbound() {
        journal.putInbound(received());
        return written();
    }

    StoredRecord accepted() {
        journal.putAccepted(received());
        return written();
    }

    StoredRecord refused() {
        journal.putRefused(received(), new Refusal(ReasonCode.QUOTA_EXCEEDED, Diagnostics.NONE));
        return written();
    }

    StoredRecord checkpoint() {
        PublishOptions options = PublishOptions.NONE.withCheckpoint(Checkpoint.of("líne", "42"));
        journal.putOutbound(new OutboundMessage(Message.of("t", QoS.AT_LEAST_ONCE, ""), options, 0));
        return written();
    }

    StoredRecord meta() {
        session.established = true;
        session.doubtful = true;
        journal.putSession();
        return written();
    }

    List<StoredRecord> all() {
        return List.of(
                plainOutbound(),
                fullOutbound(),
                released(),
                identifier(),
                inbound(),
                accepted(),
                refused(),
                checkpoint(),
                meta());
    }
}
