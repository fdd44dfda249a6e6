package dev.aldis.mqtt.persistence.h2;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.h2.mvstore.SFChunk;

/** Takes out of a data file what is damaged, with its bytes kept, and keeps the rest; see {@link CheckedOpening}. */
final class FileRepair {

    private final StorePaths paths;
    private final FileAccess access;
    private final Consumer<String> damageListener;

    FileRepair(StorePaths paths, FileAccess access, Consumer<String> damageListener) {
        this.paths = paths;
        this.access = access;
        this.damageListener = damageListener;
    }

    /**
     * Gives back an open file that is whole, in place of one that is not. Nothing is written to that one: what else is wrong
     * with it, in parts that nothing has read yet, cannot get in the way.
     */
    OpenFile repair(OpenFile file, Inspection inspection, Runnable checkDisk) throws IOException {
        long kept = new FileCopy(paths, access, FileCopy.Damage.SET_ASIDE).makeDraft(file);
        checkDisk.run();
        file.store().closeImmediately();
        if (inspection.badPages().isEmpty()) {
            paths.promoteDraft();
            inspection.damagedKeys().forEach(this::reportRecord);
        } else {
            Path aside = paths.keepDataAside();
            paths.promoteDraft();
            reportPages(inspection, kept, aside);
        }
        return access.open(paths.data());
    }

    private void reportRecord(long key) {
        damageListener.accept("Record " + key + " of the store " + paths.data()
                + " is damaged (its checksum is wrong); its bytes are kept in the map 'quarantine' of the file");
    }

    private void reportPages(Inspection inspection, long kept, Path aside) {
        damageListener.accept("The store " + paths.data() + " is damaged (in "
                + inspection.badPages().size() + " places, at the first because "
                + inspection.badPages().get(0) + ", and in "
                + inspection.damagedKeys().size() + " records besides); " + kept
                + " records were kept, and the file as it was is kept as " + aside);
    }

    /**
     * Keeps the bytes of the commits that were ruled out, and reports them.
     *
     * @return whether the file is not at the commit that was its newest
     */
    boolean setAsideTornCommits(CommitChoice choice) throws IOException {
        for (SFChunk torn : choice.rejected()) {
            Path aside = paths.moveBytesAside(
                    access.offsetBytes() + torn.block * FileHead.BLOCK_BYTES,
                    (long) torn.len * FileHead.BLOCK_BYTES,
                    FileHead.BLOCK_BYTES);
            damageListener.accept(describe(torn.version) + "; what there is of it is kept as " + aside);
        }
        if (choice.headLost()) {
            Path aside = paths.copyDataAside();
            damageListener.accept(
                    "The store " + paths.data() + " no longer says which commit is its newest, and is as it"
                            + " was after the newest that was found; the file as it was is kept as " + aside);
        } else if (choice.rejected().isEmpty() && choice.commitsMissing() == 1) {
            damageListener.accept(describe(choice.namedVersion()) + "; nothing usable is left of it");
        } else if (choice.rejected().isEmpty() && choice.commitsMissing() > 1) {
            // More than a commit that was being written: what is left of the others may be of use to somebody.
            Path aside = paths.copyDataAside();
            damageListener.accept("The last " + choice.commitsMissing() + " commits of the store " + paths.data()
                    + " are missing, and it is as it was before them; the file as it was is kept as " + aside);
        }
        return choice.headLost() || !choice.rejected().isEmpty() || choice.commitsMissing() > 0;
    }

    private String describe(long version) {
        return "Commit " + version + " of the store " + paths.data()
                + " cannot be used, as when power fails while it is written, and was taken back";
    }
}
