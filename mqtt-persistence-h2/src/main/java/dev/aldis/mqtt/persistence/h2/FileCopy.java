package dev.aldis.mqtt.persistence.h2;

import dev.aldis.mqtt.persistence.h2.record.RecordFormat;
import java.io.IOException;
import org.h2.mvstore.MVMap;

/** Writes the records of a file into a new one, densely, and puts that into its place. */
final class FileCopy {

    private static final int RECORDS_PER_COMMIT = 4096;

    /** What to do with what cannot be copied. */
    enum Damage {
        SET_ASIDE,
        GIVE_UP
    }

    private final StorePaths paths;
    private final FileAccess access;
    private final Damage onDamage;

    FileCopy(StorePaths paths, FileAccess access, Damage onDamage) {
        this.paths = paths;
        this.access = access;
        this.onDamage = onDamage;
    }

    /**
     * Makes the draft: complete on the disk, and closed.
     *
     * @return how many records are in it
     * @throws IllegalStateException if something is damaged and that is a reason to give up
     */
    long makeDraft(OpenFile from) throws IOException {
        paths.makeEmptyDraft();
        access.create(paths.draft());
        OpenFile draft = access.open(paths.draft());
        try {
            RecordWalk.walk(from::records, new Copying(draft, draft.records(), true));
            if (from.hasQuarantine()) {
                RecordWalk.walk(from::quarantine, new Copying(draft, draft.quarantine(), false));
            }
            long kept = draft.records().sizeAsLong() - 1;
            draft.store().close();
            return kept;
        } finally {
            draft.store().closeImmediately();
        }
    }

    private final class Copying implements RecordWalk.Visitor {

        private final RecordFormat format = new RecordFormat();
        private final OpenFile draft;
        private final MVMap<Long, byte[]> to;
        private final boolean checked;
        private int uncommitted;

        Copying(OpenFile draft, MVMap<Long, byte[]> to, boolean checked) {
            this.draft = draft;
            this.to = to;
            this.checked = checked;
        }

        @Override
        public void record(long key, byte[] bytes, long page) {
            if (key == OpenFile.FIRST_KEY) {
                return; // The draft was made with one of its own.
            }
            if (checked && !format.isIntact(key, bytes)) {
                giveUp("record " + key + " is damaged");
                draft.quarantine().put(key, bytes);
            } else {
                to.put(key, bytes);
            }
            if (++uncommitted == RECORDS_PER_COMMIT) {
                draft.store().commit();
                uncommitted = 0;
            }
        }

        @Override
        public void badPage(long page, String reason) {
            giveUp(reason);
        }

        private void giveUp(String reason) {
            if (onDamage == Damage.GIVE_UP) {
                throw new IllegalStateException("The store " + paths.data() + " is not copied: " + reason);
            }
        }
    }
}
