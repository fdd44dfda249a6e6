package dev.aldis.mqtt.protocol.engine;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which fields of a simulated world tell it from others, and how. */
final class WorldFields {

    /**
     * The same in each world of an enumeration, or the past of which nothing is made any more, or memory that is kept for the
     * next use.
     */
    private static final Set<String> LEFT_OUT = Set.of(
            // Settings.
            "SimulatedWorld.settings",
            "SimulatedWorld.sizes",
            "WorldBounds.residence",
            "Engine.settings",
            "Engine.sizes",
            "Engine.residence",
            "Way.encoder",
            "Way.options",
            "PacketDecoder.options",
            "WorldBounds.restored",
            "WorldBounds.mostUnstored",
            // Points of time, and what the length of a wait is made from.
            "SimulatedWorld.nowNanos",
            "Lifecycle.attemptDeadlineNanos",
            "Lifecycle.connectedAtNanos",
            "Lifecycle.retryAtNanos",
            "Backoff.attempts",
            "Backoff.randomState",
            "AttemptPlan.number",
            "KeepAlive.lastReceivedNanos",
            "KeepAlive.lastSentNanos",
            "KeepAlive.pingSentNanos",
            "QueueAge.nowNanos",
            "RateLimit.nowNanos",
            "RateLimit.fullNanos",
            "ClientConduct.sentNanos",
            "ClientConduct.receivedNanos",
            // What was read at the start of the client, after which nobody asks for it.
            "SessionRestore.checkpoints",
            "SessionRestore.identifiers",
            "SessionRestore.metaFound",
            // Where the test is in its plan: what it does next is no part of the world.
            "SimulatedWorld.instants",
            "SimulatedWorld.faults",
            "SimulatedWorld.reads",
            "ModelStore.keptAtCrash",
            "ModelStore.crashedWith",
            // Memory that is written before it is read; of some of it visitInUse sees what is in use.
            "StoreGate.spares",
            "StoreGate.collecting",
            "StoreGate.actions",
            "StoreGate.subjects",
            "StoreGate.numbers",
            "StoreGate.connections",
            "StoreGate.head",
            "RecordWriter.target",
            "RecordWriter.position",
            "RecordWriter.end",
            "Way.buffer",
            "Way.bytes",
            "Way.ends",
            "Way.written",
            "Way.read",
            "Way.firstEnd",
            "Way.endCount",
            "PacketDecoder.reader",
            "PacketDecoder.propertyReader",
            "PacketDecoder.pieces",
            "PacketDecoder.firstByte",
            "PacketDecoder.type",
            "PacketDecoder.remainingLength",
            "PacketDecoder.shortestLength");

    /** Numbers of batches: they are only compared with that of the last durable one, and it does not matter where they began. */
    private static final Set<String> BATCH_NUMBERS = Set.of(
            "StoreGate.collectingNumber",
            "StoreGate.durableNumber",
            "NumberedBatch.number",
            "OutboundMessage.batch",
            "Handshake.heldUntil",
            "Journal.firstSessionBatch",
            "ModelStore.numberDurable",
            "ModelStore.numberAppended",
            "Taken.number",
            "Received.acceptanceBatch");

    /** Numbers of connections: one is the present one or not, and one that was not will never be. */
    private static final Set<String> CONNECTION_NUMBERS = Set.of(
            "Lifecycle.connections",
            "ConnectionState.number",
            "OutboundMessage.quotaConnection",
            "InboundMessage.connection",
            "InboundMessage.receiptDueOn",
            "InboundMessage.releasedOn");

    enum Meaning {
        REFERENCE,
        NUMBER,
        BATCH_NUMBER,
        CONNECTION_NUMBER
    }

    record Slot(Field field, Meaning meaning) {}

    private static final ClassValue<List<Slot>> SLOTS = new ClassValue<>() {
        @Override
        protected List<Slot> computeValue(Class<?> type) {
            return slots(type);
        }
    };

    private WorldFields() {}

    static List<Slot> of(Class<?> type) {
        return SLOTS.get(type);
    }

    private static List<Slot> slots(Class<?> type) {
        List<Slot> slots = new ArrayList<>();
        for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                String name = each.getSimpleName() + "." + field.getName();
                if (!Modifier.isStatic(field.getModifiers()) && !LEFT_OUT.contains(name)) {
                    field.setAccessible(true);
                    slots.add(new Slot(field, meaning(name, field.getType())));
                }
            }
        }
        return slots;
    }

    private static Meaning meaning(String name, Class<?> type) {
        if (BATCH_NUMBERS.contains(name)) {
            return Meaning.BATCH_NUMBER;
        }
        if (CONNECTION_NUMBERS.contains(name)) {
            return Meaning.CONNECTION_NUMBER;
        }
        return type == int.class || type == long.class ? Meaning.NUMBER : Meaning.REFERENCE;
    }
}
