package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.api.StoredEntry;
import dev.aldis.mqtt.protocol.engine.RecordDescription;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.Arrays;
import java.util.List;

/**
 * Records for an engine to restore: some that an engine wrote, then damaged as the input says, and some that the input
 * draws. The engine restores what it can read and reports the rest, or says that a newer version or a key is needed; then
 * it works: it connects, sends nothing that the standard forbids, and keeps its promises. What it wrote and nobody damaged
 * comes back as it was.
 */
final class RecordTarget implements FuzzTarget {

    @Override
    public void run(byte[] input) {
        Input in = new Input(input);
        EngineWorld world = new EngineWorld(EngineChoice.of(in, ProtocolVersion.MQTT_5, true));
        EngineSteps steps = new EngineSteps(world, in);
        for (int i = in.below(12); i > 0; i--) {
            steps.step();
        }
        world.settle();
        world.crash(true);
        damage(world.store(), in);
        describe(world.store());
        Allocation allocation = new Allocation();
        try {
            world.restoreDamaged();
        } catch (StoreException refused) {
            String message = String.valueOf(refused.getMessage());
            Rule.check(
                    message.contains("newer version") || message.contains("encrypted"),
                    "No reason to give up: " + message);
            return;
        }
        Rule.check(
                allocation.isAtMost(16 << 20, 64, world.store().sizeBytes()),
                "Restoring " + world.store().sizeBytes() + " bytes costs more memory than it may");
        while (!in.isEmpty()) {
            steps.step();
        }
        world.settle();
    }

    /** Changes bytes, lengths, kinds and keys; adds records and takes some away. */
    private static void damage(BatchStore store, Input in) {
        int changes = in.below(6);
        for (int i = 0; i < changes; i++) {
            List<StoredRecord> records = store.records();
            if (records.isEmpty() || in.chance(3)) {
                store.plant(new StoredRecord(key(in), in.below(10), Payload.wrap(in.bytes(in.below(40)))));
                continue;
            }
            StoredRecord record = records.get(in.next() % records.size());
            switch (in.below(5)) {
                case 0 -> store.remove(record.key());
                case 1 -> store.plant(new StoredRecord(key(in), record.kind(), record.content()));
                case 2 -> store.plant(new StoredRecord(record.key(), in.below(10), record.content()));
                case 3 -> store.plant(with(record, cut(record.content().toByteArray(), in)));
                default -> store.plant(with(record, changed(record.content().toByteArray(), in)));
            }
        }
    }

    private static StoredRecord with(StoredRecord record, byte[] content) {
        return new StoredRecord(record.key(), record.kind(), Payload.wrap(content));
    }

    private static byte[] cut(byte[] content, Input in) {
        return Arrays.copyOf(content, in.next() % (content.length + 8));
    }

    private static byte[] changed(byte[] content, Input in) {
        if (content.length > 0) {
            content[in.next() % content.length] = (byte) in.next();
        }
        return content;
    }

    private static long key(Input in) {
        long space = in.below(9);
        long number = in.chance(4) ? in.nextLong() & 0xFF_FFFF_FFFF_FFFFL : in.below(8);
        return space << 56 | number;
    }

    /** A tool that looks at a record gets an answer, whatever it is. */
    private static void describe(BatchStore store) {
        for (StoredRecord record : store.records()) {
            StoredEntry entry = RecordDescription.of(record, store);
            Rule.equal(record.key(), entry.key(), "The key of a description");
            Rule.check(!entry.toString().isEmpty(), "A description says nothing");
        }
    }
}
