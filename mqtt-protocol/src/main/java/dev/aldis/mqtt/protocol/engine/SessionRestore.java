package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Builds a session from the records of a store, given in key order. */
final class SessionRestore {

    private final SessionState session;
    private final Journal journal;
    private final TreeMap<String, Payload> checkpoints = new TreeMap<>();
    private final List<String> damages = new ArrayList<>();

    /** Where identifier records, which come in the order of the messages, are looked for. */
    private @Nullable OutboundMessage identifierCursor;

    private boolean identifiersBegun;

    SessionRestore(SessionState session, Journal journal) {
        this.session = session;
        this.journal = journal;
    }

    /**
     * Takes the next record. One that cannot be read is reported and left where it is.
     *
     * @throws StoreException if a newer version of the library wrote it
     */
    void take(StoredRecord record) {
        try {
            ByteBuffer content = record.content().asByteBuffer();
            switch (RecordKeys.space(record.key())) {
                case 0 -> takeMeta(content);
                case RecordKeys.SPACE_OUTBOUND -> takeOutbound(record, content);
                case RecordKeys.SPACE_IDENTIFIER -> takeIdentifier(record, content);
                case RecordKeys.SPACE_INBOUND -> takeInbound(record, content);
                case RecordKeys.SPACE_CHECKPOINT -> takeCheckpoint(record, content);
                default -> throw new IllegalArgumentException("The key belongs to no known space");
            }
        } catch (MessageRecord.UnknownFormatException e) {
            throw new StoreException("The store was written by a newer version: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            damages.add("Record with key 0x" + Long.toHexString(record.key()) + ", kind " + record.kind() + ", "
                    + record.content().sizeBytes() + " bytes cannot be read and is left in the store: " + e);
        }
    }

    private void takeMeta(ByteBuffer content) {
        expectVersion(content);
        session.established = content.get() == 1;
        journal.restoreMeta(content.getLong());
    }

    private static void expectVersion(ByteBuffer content) {
        int version = content.get();
        if (version != MessageRecord.FORMAT_VERSION) {
            throw new MessageRecord.UnknownFormatException(version);
        }
    }

    private void takeOutbound(StoredRecord record, ByteBuffer content) {
        MessageRecord.Fields fields = MessageRecord.read(content);
        OutboundMessage message =
                new OutboundMessage(fields.message(), fields.applicationKey(), null, fields.timeEpochMillis());
        message.sequence = RecordKeys.number(record.key());
        message.recorded = true;
        message.batch = 0;
        session.nextSequence = Math.max(session.nextSequence, message.sequence + 1);
        if (fields.packetIdentifier() == 0) {
            session.queue.addLast(message);
        } else {
            boolean released = record.kind() == RecordKind.RELEASED.number();
            enterFlight(message, fields.packetIdentifier());
            message.phase = released ? OutboundPhase.RELEASED : OutboundPhase.IN_FLIGHT;
            message.releaseOrder = fields.order();
            session.nextReleaseOrder = Math.max(session.nextReleaseOrder, fields.order() + 1);
        }
        session.queuedBytes += fields.message().payload().sizeBytes();
    }

    private void enterFlight(OutboundMessage message, int packetIdentifier) {
        if (!session.identifiers.reserve(packetIdentifier)) {
            throw new IllegalArgumentException("Packet Identifier " + packetIdentifier + " belongs to another message");
        }
        message.packetIdentifier = packetIdentifier;
        message.sentBefore = true;
        message.phase = OutboundPhase.IN_FLIGHT;
        session.outbound.set(packetIdentifier, message);
        session.inFlight.addLast(message);
    }

    private void takeIdentifier(StoredRecord record, ByteBuffer content) {
        expectVersion(content);
        int packetIdentifier = content.getShort() & 0xFFFF;
        long sequence = RecordKeys.number(record.key());
        if (!identifiersBegun) {
            identifiersBegun = true;
            identifierCursor = session.queue.first();
        }
        OutboundMessage message = identifierCursor;
        while (message != null && message.sequence < sequence) {
            message = message.next;
        }
        if (message == null || message.sequence != sequence) {
            throw new IllegalArgumentException("There is no queued message with the sequence number " + sequence);
        }
        identifierCursor = message.next;
        session.queue.remove(message);
        enterFlight(message, packetIdentifier);
        message.identifierRecorded = true;
    }

    private void takeInbound(StoredRecord record, ByteBuffer content) {
        long delivery = RecordKeys.number(record.key());
        journal.restoreDelivery(delivery);
        if (record.kind() == RecordKind.ACCEPTED.number()) {
            expectVersion(content);
            int packetIdentifier = content.getShort() & 0xFFFF;
            InboundMessage message = InboundMessage.accepted(delivery, packetIdentifier);
            session.inbound.set(packetIdentifier, message);
            return;
        }
        MessageRecord.Fields fields = MessageRecord.read(content);
        InboundMessage message = new InboundMessage(
                fields.message(),
                fields.duplicate(),
                fields.subscriptionIdentifiers(),
                delivery,
                fields.timeEpochMillis());
        message.packetIdentifier = fields.packetIdentifier();
        message.markRedelivered();
        if (fields.packetIdentifier() != 0) {
            session.inbound.set(fields.packetIdentifier(), message);
        }
        session.undelivered.addLast(message);
    }

    private void takeCheckpoint(StoredRecord record, ByteBuffer content) {
        expectVersion(content);
        String name = PropertiesRecord.readText(content);
        journal.restoreCheckpoint(name, (int) RecordKeys.number(record.key()));
        checkpoints.put(name, Payload.copyOf(content));
    }

    /** To be called after the last record. */
    void finish() {
        // Identifiers stand in the message's record or in one of their own, so the two sorts have to be merged.
        List<OutboundMessage> inFlight = new ArrayList<>();
        for (OutboundMessage message = session.inFlight.first(); message != null; message = session.inFlight.first()) {
            session.inFlight.remove(message);
            inFlight.add(message);
        }
        inFlight.sort(Comparator.comparingLong(message -> message.sequence));
        inFlight.forEach(session.inFlight::addLast);
    }

    Map<String, Payload> checkpoints() {
        return Collections.unmodifiableMap(checkpoints);
    }

    List<String> damages() {
        return Collections.unmodifiableList(damages);
    }
}
