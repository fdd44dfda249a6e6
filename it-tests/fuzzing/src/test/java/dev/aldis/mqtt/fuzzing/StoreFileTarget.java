package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of a store, whole or as a killed process left them, with any damage. The store opens and shows records as they
 * were stored and no others; what is lost is reported; then it stores and shows what is new, and at the next opening there is
 * nothing to report. The only other way is a {@link StoreException} that says that a newer version wrote it.
 */
final class StoreFileTarget implements FuzzTarget {

    private static final long NEW_KEY = 1_000;

    private final StoreFiles files;
    private @Nullable StoreImages images;

    StoreFileTarget(StoreFiles files) {
        this.files = files;
    }

    @Override
    public void run(byte[] input) throws IOException {
        StoreImages known = images;
        if (known == null) {
            known = new StoreImages(files);
            images = known;
        }
        Input in = new Input(input);
        try (FolderOfStore folder = FolderOfStore.create()) {
            known.write(folder.path(), in);
            open(folder.path());
        }
    }

    private void open(Path folder) {
        List<String> damages = new ArrayList<>();
        List<Long> found;
        try (SessionStore store = files.open(folder, damages::add)) {
            found = keysOf(store);
            // What was removed last may be back where a store has fallen back to what was there before; it says so
            // then.
            Rule.check(
                    files.isUnnoticed(found) || !damages.isEmpty(),
                    "Nothing is reported, and the records are " + found);
            ChangeBatch batch = new ChangeBatch();
            files.put(batch, NEW_KEY);
            StoreFiles.append(store, batch);
        } catch (StoreException refused) {
            Rule.check(
                    String.valueOf(refused.getMessage()).contains("newer version"), "No reason to give up: " + refused);
            return;
        }
        found.add(NEW_KEY);
        List<String> later = new ArrayList<>();
        try (SessionStore store = files.open(folder, later::add)) {
            Rule.equal(found, keysOf(store), "The records at the second opening");
        }
        Rule.equal(List.of(), later, "Damage at the second opening");
    }

    private List<Long> keysOf(SessionStore store) {
        List<Long> keys = new ArrayList<>();
        for (StoredRecord record : store.scan(0, Integer.MAX_VALUE)) {
            Rule.check(
                    record.key() < StoreFiles.EVER_STORED || record.key() == NEW_KEY,
                    "Nobody stored a record " + record.key());
            Rule.equal(files.text(record.key()), record.content().text(), "Record " + record.key());
            Rule.equal(1, record.kind(), "The kind of record " + record.key());
            keys.add(record.key());
        }
        return keys;
    }
}
