package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.Arrays;

/** Damages records of a store. */
final class TranscriptDamage {

    private TranscriptDamage() {}

    /** {@code damage KIND NUMBER bytes=N}: a record has another length; {@code damage KIND NUMBER gone}: it is missing. */
    static void inflict(ModelStore store, Words words) {
        RecordKind kind = RecordKind.valueOf(words.next());
        long number = words.nextInt();
        boolean gone = words.flag("gone");
        int length = words.option("bytes", 1);
        for (StoredRecord written : store.records()) {
            if (written.kind() == kind.number() && RecordKeys.number(written.key()) == number) {
                if (gone) {
                    store.setAside(written.key());
                    return;
                }
                byte[] cut = Arrays.copyOf(written.content().toByteArray(), length);
                store.plant(new StoredRecord(written.key(), written.kind(), Payload.wrap(cut)));
                return;
            }
        }
        throw new AssertionError("There is no record " + kind + " " + number);
    }
}
