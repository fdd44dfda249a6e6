package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.EncryptingStoreProvider;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Builds a session from the records of a store, given in key order. A record that cannot be read is reported and stays where
 * it is, and its number is not given again, so that nothing overwrites it.
 */
final class SessionRestore {

    private final SessionState session;
    private final Journal journal;
    private final TreeMap<String, Payload> checkpoints = new TreeMap<>();
    private final List<String> damages = new ArrayList<>();
    private boolean metaFound;
    private boolean storeDamaged;

    /** Identifiers that stand in records of their own, by the numbers of their messages. */
    private final TreeMap<Long, StoredRecord> identifiers = new TreeMap<>();

    SessionRestore(SessionState session, Journal journal) {
        this.session = session;
        this.journal = journal;
    }

    /**
     * Takes the next record.
     *
     * @throws StoreException if a newer version of the library wrote it, or if it is encrypted
     */
    void take(StoredRecord record) {
        if (EncryptingStoreProvider.isEncrypted(record)) {
            throw new StoreException(
                    "The store is encrypted, and no key was given: call encryption(...) on the builder",
                    (Throwable) null);
        }
        long number = RecordKeys.number(record.key());
        int space = RecordKeys.space(record.key());
        reserveNumber(space, number);
        try {
            if (number > (space == RecordKeys.SPACE_CHECKPOINT ? Integer.MAX_VALUE - 1 : RecordKeys.LARGEST_NUMBER)) {
                throw new IllegalArgumentException("Its number is larger than any that is given");
            }
            ByteBuffer content = record.content().asByteBuffer();
            switch (space) {
                case 0 -> takeMeta(content);
                case RecordKeys.SPACE_OUTBOUND -> takeOutbound(number, record.kind(), content);
                case RecordKeys.SPACE_QOS_0 -> takeQos0(number, record.kind(), content);
                case RecordKeys.SPACE_IDENTIFIER -> takeIdentifier(number, record);
                case RecordKeys.SPACE_INBOUND -> takeInbound(number, record.kind(), content);
                case RecordKeys.SPACE_CHECKPOINT -> takeCheckpoint((int) number, content);
                default -> throw new IllegalArgumentException("The key belongs to no known space");
            }
        } catch (MessageRecord.UnknownFormatException e) {
            throw new StoreException("The store was written by a newer version: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            damages.add(damage(record, e));
        }
    }

    /** What is told of a record that cannot be read. */
    static String damage(StoredRecord record, RuntimeException e) {
        return "Record with key 0x" + Long.toHexString(record.key()) + ", kind " + record.kind() + ", "
                + record.content().sizeBytes() + " bytes cannot be read and is left in the store: " + reason(e);
    }

    private static String reason(RuntimeException e) {
        return e instanceof BufferUnderflowException ? "it ends too early" : String.valueOf(e.getMessage());
    }

    private void reserveNumber(int space, long number) {
        if (number > RecordKeys.LARGEST_NUMBER) {
            return; // No number that is given comes so far.
        }
        if (space == RecordKeys.SPACE_OUTBOUND
                || space == RecordKeys.SPACE_IDENTIFIER
                || space == RecordKeys.SPACE_QOS_0) {
            reserveSequence(number);
        } else if (space == RecordKeys.SPACE_INBOUND) {
            journal.restoreDelivery(number);
        } else if (space == RecordKeys.SPACE_CHECKPOINT && number < Integer.MAX_VALUE) {
            journal.restoreSlot((int) number);
        }
    }

    /** To be called before {@link #finish()} if the store has set records aside: any of them may be missing. */
    void storeWasDamaged() {
        storeDamaged = true;
    }

    private void takeMeta(ByteBuffer content) {
        metaFound = true;
        try {
            expectVersion(content);
            int flags = content.get();
            long reserved = content.getLong();
            MessageRecord.checkEnd(content);
            if (reserved < 1 || reserved > RecordKeys.LARGEST_NUMBER) {
                throw new IllegalArgumentException("Delivery identifiers up to " + reserved + " cannot be reserved");
            }
            journal.restoreMeta(flags, reserved);
        } catch (MessageRecord.UnknownFormatException e) {
            throw e;
        } catch (RuntimeException e) {
            journal.restoreDamagedMeta();
            throw e;
        }
    }

    private static void expectVersion(ByteBuffer content) {
        int version = content.get();
        if (version != MessageRecord.FORMAT_VERSION) {
            throw new MessageRecord.UnknownFormatException(version);
        }
    }

    private void takeOutbound(long sequence, int kind, ByteBuffer content) {
        OutboundMessage message = StoredOutbound.read(sequence, kind, content);
        boolean released = message.phase == OutboundPhase.RELEASED;
        if (released || message.packetIdentifier != 0) {
            enterFlight(message, message.packetIdentifier);
        } else {
            session.queue.addLast(message);
        }
        if (released) {
            message.phase = OutboundPhase.RELEASED;
            session.nextReleaseOrder = Math.max(session.nextReleaseOrder, message.releaseOrder + 1);
        }
        session.queuedBytes += message.message().payload().sizeBytes();
    }

    private void takeQos0(long sequence, int kind, ByteBuffer content) {
        OutboundMessage message = StoredOutbound.readQos0(sequence, kind, content);
        session.fastLane.addLast(message);
        session.queuedBytes += message.message().payload().sizeBytes();
    }

    private void enterFlight(OutboundMessage message, int packetIdentifier) {
        if (packetIdentifier == 0 || !session.identifiers.reserve(packetIdentifier)) {
            throw new IllegalArgumentException(
                    "Packet Identifier " + packetIdentifier + " is none, or belongs to another message");
        }
        if (message.list != null) {
            session.queue.remove(message);
        }
        message.packetIdentifier = packetIdentifier;
        message.sentBefore = true;
        message.phase = OutboundPhase.IN_FLIGHT;
        session.outbound.set(packetIdentifier, message);
        session.inFlight.addLast(message);
    }

    private void takeIdentifier(long sequence, StoredRecord record) {
        ByteBuffer content = record.content().asByteBuffer();
        expectVersion(content);
        content.getShort();
        MessageRecord.checkEnd(content);
        identifiers.put(sequence, record);
    }

    /** The messages that have their identifier in a record of its own, and the greatest number of one; 0 for none. */
    int identified() {
        return identifiers.size();
    }

    long lastIdentified() {
        return identifiers.isEmpty() ? 0 : identifiers.lastKey();
    }

    /** A message of this number may be in the store. */
    void reserveSequence(long sequence) {
        if (sequence <= RecordKeys.LARGEST_NUMBER) {
            session.nextSequence = Math.max(session.nextSequence, sequence + 1);
        }
    }

    private void giveIdentifiers() {
        OutboundMessage message = session.queue.first();
        for (StoredRecord record : identifiers.values()) {
            long sequence = RecordKeys.number(record.key());
            while (message != null && message.sequence < sequence) {
                message = message.next;
            }
            OutboundMessage found = message != null && message.sequence == sequence ? message : null;
            message = found == null ? message : found.next;
            try {
                giveIdentifier(found, record, sequence);
            } catch (IllegalArgumentException e) {
                damages.add(damage(record, e));
            }
        }
    }

    private void giveIdentifier(@Nullable OutboundMessage message, StoredRecord record, long sequence) {
        if (message == null) {
            throw new IllegalArgumentException("There is no queued message with the sequence number " + sequence);
        }
        enterFlight(message, record.content().asByteBuffer().getShort(1) & 0xFFFF);
        message.identifierRecorded = true;
    }

    private void takeInbound(long delivery, int kind, ByteBuffer content) {
        if (kind == RecordKind.ACCEPTED.number()) {
            takeAccepted(delivery, content);
            return;
        }
        if (kind == RecordKind.REFUSED.number()) {
            takeRefused(delivery, content);
            return;
        }
        StoredOutbound.expectKind(kind, RecordKind.INBOUND);
        MessageRecord.Fields fields = MessageRecord.read(content);
        InboundMessage message = new InboundMessage(
                fields.message(),
                fields.duplicate(),
                fields.subscriptionIdentifiers(),
                delivery,
                fields.timeEpochMillis());
        message.markRedelivered();
        if (fields.packetIdentifier() != 0) {
            enter(message, fields.packetIdentifier());
        }
        session.undelivered.addLast(message);
    }

    private void takeAccepted(long delivery, ByteBuffer content) {
        expectVersion(content);
        int packetIdentifier = content.getShort() & 0xFFFF;
        long fingerprint = content.getLong();
        MessageRecord.checkEnd(content);
        enter(InboundMessage.accepted(delivery, packetIdentifier, fingerprint), packetIdentifier);
    }

    private void takeRefused(long delivery, ByteBuffer content) {
        expectVersion(content);
        int packetIdentifier = content.getShort() & 0xFFFF;
        long fingerprint = content.getLong();
        int value = content.get() & 0xFF;
        MessageRecord.checkEnd(content);
        ReasonCode code = ReasonCode.of(value);
        if (code == null || !code.isError()) {
            throw new IllegalArgumentException("Reason Code " + value + " refuses nothing");
        }
        Refusal refusal = new Refusal(code, Diagnostics.NONE);
        enter(InboundMessage.refused(delivery, packetIdentifier, fingerprint, refusal), packetIdentifier);
    }

    private void enter(InboundMessage message, int packetIdentifier) {
        if (packetIdentifier == 0 || session.inbound.get(packetIdentifier) != null) {
            throw new IllegalArgumentException(
                    "Packet Identifier " + packetIdentifier + " is none, or belongs to another message");
        }
        message.packetIdentifier = packetIdentifier;
        session.inbound.set(packetIdentifier, message);
    }

    private void takeCheckpoint(int slot, ByteBuffer content) {
        expectVersion(content);
        String name = PropertiesRecord.readText(content);
        Payload value = PropertiesRecord.readPayload(content);
        MessageRecord.checkEnd(content);
        journal.restoreCheckpoint(name, slot);
        checkpoints.put(name, value);
    }

    /** To be called after the last record. */
    void finish() {
        if (storeDamaged && !metaFound) {
            journal.restoreLostMeta();
        }
        giveIdentifiers();
        // Identifiers stand in the message's record or in one of their own, so the two sorts have to be merged.
        List<OutboundMessage> inFlight = new ArrayList<>();
        for (OutboundMessage message = session.inFlight.first(); message != null; message = session.inFlight.first()) {
            session.inFlight.remove(message);
            inFlight.add(message);
        }
        inFlight.sort(Comparator.comparingLong(message -> message.sequence));
        inFlight.forEach(session.inFlight::addLast);
        if (!session.established && (!inFlight.isEmpty() || hasInboundIdentifiers())) {
            // The record that says so was lost with a damaged part of the store.
            session.established = true;
            session.doubtful = true;
        }
    }

    private boolean hasInboundIdentifiers() {
        List<InboundMessage> found = new ArrayList<>();
        session.inbound.forEach(found::add);
        return !found.isEmpty();
    }

    Map<String, Payload> checkpoints() {
        return Collections.unmodifiableMap(checkpoints);
    }

    List<String> damages() {
        return Collections.unmodifiableList(damages);
    }
}
