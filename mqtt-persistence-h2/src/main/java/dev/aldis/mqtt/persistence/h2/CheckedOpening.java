package dev.aldis.mqtt.persistence.h2;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.h2.record.RecordFormat;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/**
 * Opens the data file of a store, and checks every record in it. What is damaged is set aside with its bytes and reported;
 * the rest is kept. In order of the harm done:
 *
 * <ul>
 *   <li>Records whose checksum is wrong move into a map of their own in the same file.
 *   <li>If the newest commit is torn, as a loss of power may leave it, the file goes back to the one before. Nothing that
 *       counted as stored at {@code POWER} is in a torn commit.
 *   <li>If pages cannot be read, all records that can be go into a new file, and the old one is kept aside.
 *   <li>If the file cannot be opened at all, it is kept aside, and the store starts empty.
 * </ul>
 */
final class CheckedOpening {

    /** How many commits may be torn. At {@code POWER} one, at {@code PROCESS} all that the system had not written yet. */
    private static final int MOST_TORN_COMMITS = 16;

    /** How many commits before the newest one are still whole, since their space is not yet used again. */
    private static final int KEPT_COMMITS = 2;

    private final StorePaths paths;
    private final FileAccess access;
    private final Consumer<String> damageListener;
    private final FileRepair repair;

    CheckedOpening(StorePaths paths, FileAccess access, Consumer<String> damageListener) {
        this.paths = paths;
        this.access = access;
        this.damageListener = damageListener;
        this.repair = new FileRepair(paths, access, damageListener);
    }

    /**
     * Opens the store, and makes it if it is not there.
     *
     * @throws StoreException if the file is in use, cannot be accessed or made, or was written by a newer version
     * @throws IOException if a file cannot be made or moved
     */
    OpenFile open() throws IOException {
        try {
            return openChecked();
        } catch (MVStoreException e) {
            // Of a file that was just made, anew or by a repair.
            Throwable cause = e.getCause();
            throw new StoreException(
                    "The store " + paths.data() + " cannot be made or opened (" + (cause == null ? e : cause)
                            + "): check the disk and the space on it, and open the store again",
                    e);
        }
    }

    private OpenFile openChecked() throws IOException {
        Files.deleteIfExists(paths.draft());
        if (Files.notExists(paths.data())) {
            return create();
        }
        long size = Files.size(paths.data());
        if (size > 0) {
            access.refuseUnlessEncryptedAsExpected(paths.data());
        }
        if (size <= access.offsetBytes()) {
            return createAfter(size == 0 ? "it is empty" : "it is cut short");
        }
        CommitChoice choice = new CommitChoice();
        while (true) {
            OpenFile file;
            try {
                file = access.open(paths.data(), choice);
            } catch (MVStoreException e) {
                throwUnlessDamage(e);
                refuseIfUnreadable(choice);
                if (!mayStepBack(choice)) {
                    return startAgain(String.valueOf(e.getMessage()));
                }
                continue;
            } catch (RuntimeException | AssertionError e) {
                refuseIfUnreadable(choice);
                if (!mayStepBack(choice)) {
                    return startAgain(e.toString());
                }
                continue;
            }
            OpenFile checked = checked(file, choice);
            if (checked != null) {
                return checked;
            }
        }
    }

    /** The file, if it can be used or repaired; null to try again at an earlier commit. */
    private @Nullable OpenFile checked(OpenFile file, CommitChoice choice) throws IOException {
        try {
            Inspection inspection = inspect(file);
            refuseIfUnreadable(choice);
            // Where H2 itself gave the commit up for an older one, nothing of it can be had.
            boolean gone = !file.fileStore().isAtChosenCommit();
            boolean torn = inspection == null || inspection.newestCommitDamaged();
            if ((gone || (torn && !choice.closedInOrder())) && mayStepBack(choice)) {
                file.store().closeImmediately();
                return null;
            }
            if (inspection == null) {
                file.store().closeImmediately();
                return startAgain("no store of this library is in it");
            }
            boolean older = repair.setAsideTornCommits(choice);
            return older || !inspection.isClean()
                    ? repair.repair(file, inspection, () -> refuseIfUnreadable(choice))
                    : file;
        } catch (IOException | RuntimeException | AssertionError e) {
            file.store().closeImmediately();
            throw e;
        }
    }

    /** What is wrong with the records; null if the file is not ours, or cannot say so. */
    private @Nullable Inspection inspect(OpenFile file) {
        boolean ours;
        try {
            refuseIfNotOurs(file);
            ours = file.formatVersion() != 0;
        } catch (MVStoreException e) {
            return null; // Where the disk is at fault, that is noted.
        }
        return ours ? Inspection.of(file) : null;
    }

    private static boolean mayStepBack(CommitChoice choice) {
        int most = choice.closedInOrder() ? KEPT_COMMITS : MOST_TORN_COMMITS;
        return choice.rejected().size() < most && choice.rejectChosen();
    }

    private void refuseIfNotOurs(OpenFile file) {
        if (file.isReadOnly()) {
            throw new StoreException(
                    "The store " + paths.data() + " cannot be written: give this user the right to write it",
                    (Throwable) null);
        }
        int version = file.formatVersion();
        if (version > RecordFormat.VERSION) {
            throw newer("format " + version + ", and this version knows " + RecordFormat.VERSION, null);
        }
    }

    /** Throws a StoreException if H2 refuses the file for something that is not wrong with the file. */
    private void throwUnlessDamage(MVStoreException e) {
        Path data = paths.data();
        int code = e.getErrorCode();
        if (code == DataUtils.ERROR_FILE_LOCKED) {
            throw new StoreException("The store " + data + " is in use by another program: close that first", e);
        }
        if (code == DataUtils.ERROR_UNSUPPORTED_FORMAT) {
            throw newer(String.valueOf(e.getMessage()), e);
        }
        boolean ended = e.getCause() instanceof EOFException;
        if (code == DataUtils.ERROR_READING_FAILED && e.getCause() instanceof IOException && !ended) {
            throw unreadable(e);
        }
    }

    /** A disk that could not be read makes a whole file look damaged. */
    private void refuseIfUnreadable(CommitChoice choice) {
        MVStoreException e = choice.unreadable();
        if (e != null) {
            throw unreadable(e);
        }
    }

    private StoreException unreadable(MVStoreException e) {
        return new StoreException(
                "The store " + paths.data() + " cannot be read (" + e.getCause()
                        + "): give this user the right to read and write it, or check the disk",
                e);
    }

    private StoreException newer(String what, @Nullable Throwable cause) {
        return new StoreException(
                "The store " + paths.data() + " was written by a newer version of the library (" + what
                        + "): use that version, or choose another location",
                cause);
    }

    private OpenFile startAgain(String reason) throws IOException {
        access.refuseIfEncrypted(paths.data(), reason);
        return createAfter(reason);
    }

    private OpenFile createAfter(String reason) throws IOException {
        Path aside = paths.moveDataAside();
        damageListener.accept("The store " + paths.data() + " could not be opened (" + reason
                + ") and starts empty; the file as it was is kept as " + aside);
        return create();
    }

    private OpenFile create() throws IOException {
        paths.makeEmptyDraft();
        access.create(paths.draft());
        paths.promoteDraft();
        return access.open(paths.data());
    }
}
