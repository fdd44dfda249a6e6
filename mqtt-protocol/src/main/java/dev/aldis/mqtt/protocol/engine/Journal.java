package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Checkpoint;
import java.util.TreeMap;

/** Turns each transition of the session into changes of the store: one atomic change each. */
final class Journal {

    /** Delivery identifiers are reserved in blocks, so that they stay unique after a restart without a write for each. */
    static final long DELIVERY_BLOCK = 1L << 20;

    /** How far delivery identifiers jump when the record that says which were given cannot be read. */
    static final long DAMAGE_GAP = 1L << 40;

    private static final int ESTABLISHED = 1;
    private static final int DOUBTFUL = 2;

    private final SessionState session;
    private final StoreGate gate;
    private final MessageRecord messages = new MessageRecord();
    private final RecordWriter writer = new RecordWriter();
    private final TreeMap<String, Integer> checkpointSlots = new TreeMap<>();
    private int nextSlot = 1;

    /** What the last record says of the server's session. */
    private int metaFlags;

    /** The number of the batch that first says that there is a session. */
    private long firstSessionBatch = Long.MAX_VALUE;

    private long reservedDelivery = 1;
    private long nextDelivery = 1;

    Journal(SessionState session, StoreGate gate) {
        this.session = session;
        this.gate = gate;
    }

    /** A message was accepted, sent for the first time, or goes back into the queue. */
    void putOutbound(OutboundMessage message) {
        boolean first = !message.recorded;
        if (first) {
            message.recorded = true;
            message.batch = gate.collectingNumber();
        }
        if (!gate.isJournal()) {
            return;
        }
        messages.putOutbound(gate.changes(), message);
        message.identifierRecorded = false;
        if (first) {
            // Never again: a later message may have moved it on.
            message.options().checkpoint().ifPresent(this::putCheckpoint);
        }
    }

    private void putCheckpoint(Checkpoint checkpoint) {
        Integer slot = checkpointSlots.get(checkpoint.name());
        if (slot == null) {
            slot = nextSlot++;
            checkpointSlots.put(checkpoint.name(), slot);
        }
        byte[] name = MessageRecord.utf8(checkpoint.name());
        int size = 1 + 2 + name.length + 4 + checkpoint.value().sizeBytes();
        writer.begin(gate.changes(), RecordKeys.checkpoint(slot), RecordKind.CHECKPOINT, size);
        writer.writeByte(MessageRecord.FORMAT_VERSION);
        writer.writeBytes(name);
        writer.writePayload(checkpoint.value());
        writer.finish();
    }

    void restoreCheckpoint(String name, int slot) {
        checkpointSlots.put(name, slot);
    }

    /** Never give the slot of a record to another name, even if the record cannot be read. */
    void restoreSlot(int slot) {
        nextSlot = Math.max(nextSlot, slot + 1);
    }

    /** A message that is recorded got a Packet Identifier: a few bytes instead of the whole message again. */
    void putIdentifier(OutboundMessage message) {
        if (!gate.isJournal()) {
            return;
        }
        writer.begin(gate.changes(), RecordKeys.identifier(message.sequence), RecordKind.IDENTIFIER, 3);
        writer.writeByte(MessageRecord.FORMAT_VERSION);
        writer.writeShort(message.packetIdentifier);
        writer.finish();
        message.identifierRecorded = true;
    }

    /** PUBREC came: the message is not needed any more, only its identifier. */
    void putReleased(OutboundMessage message) {
        if (!gate.isJournal()) {
            return;
        }
        removeIdentifier(message);
        messages.putOutbound(gate.changes(), message);
    }

    /** A message is over. */
    void removeOutbound(OutboundMessage message) {
        if (!gate.isJournal() || !message.recorded) {
            return;
        }
        gate.changes().remove(RecordKeys.message(message));
        removeIdentifier(message);
        message.recorded = false;
    }

    /** A message lost its Packet Identifier with the session. */
    void removeIdentifier(OutboundMessage message) {
        if (message.identifierRecorded) {
            gate.changes().remove(RecordKeys.identifier(message.sequence));
            message.identifierRecorded = false;
        }
    }

    /** A QoS 2 message came from the server, or has lost its Packet Identifier with the session. */
    void putInbound(InboundMessage message) {
        if (gate.isJournal()) {
            messages.putInbound(gate.changes(), message);
        }
    }

    /** The application has accepted a QoS 2 message whose PUBREL has not come. */
    void putAccepted(InboundMessage message) {
        if (!gate.isJournal()) {
            return;
        }
        long key = RecordKeys.inbound(message.deliveryIdentifier());
        writer.begin(gate.changes(), key, RecordKind.ACCEPTED, 11);
        writer.writeByte(MessageRecord.FORMAT_VERSION);
        writer.writeShort(message.packetIdentifier);
        writer.writeLong(message.fingerprint());
        writer.finish();
    }

    /** The application has refused a QoS 2 message, and the server cannot be told yet. */
    void putRefused(InboundMessage message, Refusal refusal) {
        if (!gate.isJournal()) {
            return;
        }
        long key = RecordKeys.inbound(message.deliveryIdentifier());
        writer.begin(gate.changes(), key, RecordKind.REFUSED, 12);
        writer.writeByte(MessageRecord.FORMAT_VERSION);
        writer.writeShort(message.packetIdentifier);
        writer.writeLong(message.fingerprint());
        writer.writeByte(refusal.reasonCode().value());
        writer.finish();
    }

    /** The handshake of a QoS 2 message from the server is over, and the application has accepted it. */
    void removeInbound(InboundMessage message) {
        if (gate.isJournal()) {
            gate.changes().remove(RecordKeys.inbound(message.deliveryIdentifier()));
        }
    }

    /** A number for a delivery, never given before in this store. */
    long nextDeliveryIdentifier() {
        if (nextDelivery == reservedDelivery) {
            reservedDelivery += DELIVERY_BLOCK;
            putMeta();
        }
        return nextDelivery++;
    }

    /** The number of the delivery that came last. */
    long lastDeliveryIdentifier() {
        return nextDelivery - 1;
    }

    /** Whether the store knows that the server may hold a session. */
    boolean isSessionDurable() {
        return gate.isDurable(firstSessionBatch);
    }

    /** Records what is known of the server's session, if it is not what the last record says. */
    void putSession() {
        if (metaFlags != flags()) {
            putMeta();
        }
    }

    private int flags() {
        return (session.established ? ESTABLISHED : 0) | (session.doubtful ? DOUBTFUL : 0);
    }

    /** Whether the server may hold a session, and which; and how far delivery identifiers are reserved. */
    private void putMeta() {
        metaFlags = flags();
        if (session.established && firstSessionBatch == Long.MAX_VALUE) {
            firstSessionBatch = gate.collectingNumber();
        }
        if (!gate.isJournal()) {
            return;
        }
        writer.begin(gate.changes(), RecordKeys.META, RecordKind.META, 10);
        writer.writeByte(MessageRecord.FORMAT_VERSION);
        writer.writeByte(metaFlags);
        writer.writeLong(reservedDelivery);
        writer.finish();
    }

    void restoreMeta(int flags, long reserved) {
        metaFlags = flags;
        session.established = (flags & ESTABLISHED) != 0;
        firstSessionBatch = session.established ? 0 : Long.MAX_VALUE;
        session.doubtful = (flags & DOUBTFUL) != 0;
        reservedDelivery = reserved;
        nextDelivery = reserved;
    }

    /**
     * There was such a record, but it cannot be read. What it may have said is assumed: a session, of which nothing is
     * certain, and delivery identifiers far beyond those that were given.
     */
    void restoreDamagedMeta() {
        restoreMeta(ESTABLISHED | DOUBTFUL, DAMAGE_GAP);
        metaFlags = 0;
    }

    /** The same, if there is no such record any more in a store that has lost some. */
    void restoreLostMeta() {
        long next = nextDelivery;
        restoreDamagedMeta();
        restoreDelivery(next - 1);
    }

    /** Never give again what a record has, should the block's record have been damaged. */
    void restoreDelivery(long deliveryIdentifier) {
        if (deliveryIdentifier >= nextDelivery) {
            nextDelivery = deliveryIdentifier + 1;
            reservedDelivery = nextDelivery;
        }
    }
}
