package dev.aldis.mqtt.persistence.h2;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.h2.record.RecordFormat;
import dev.aldis.mqtt.spi.persistence.BlockingStore;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;

/**
 * The records of one session in one file. Used by one thread at a time.
 *
 * <p>MVStore closes itself at the first error, and what it was writing may have reached the file or not. So after an error
 * the file is opened again; if a commit that was to fail is found in it, the changes are taken back by a further commit.
 * Until that has worked out the file is <em>broken</em>: each use first tries to mend it.
 */
final class RecordFile implements BlockingStore {

    private static final Logger LOG = System.getLogger(RecordFile.class.getName());

    private static final int COMMITS_BETWEEN_CHECKS = 64;
    private static final long WORTH_TIDYING_BYTES = 4 << 20;
    private static final int TIDY_BELOW_PERCENT = 50;
    private static final int TIDY_STEP_BYTES = 1 << 20;

    /** How many times larger than what it holds a file must be to be rewritten as a whole. */
    private static final int MOSTLY_EMPTY = 4;

    private static final long QUICKLY_REWRITTEN_BYTES = 16 << 20;

    private final StorePaths paths;
    private final FileAccess access;
    private final boolean synced;
    private final RecordFormat format = new RecordFormat();
    private final Undo undo = new Undo();

    /** Null while it is broken. */
    private @Nullable OpenFile open;

    private MVMap<Long, byte[]> records;

    /** MVStore counts what it has written; what has a greater number was not to be. */
    private long committedVersion;

    private int commitsUntilCheck = COMMITS_BETWEEN_CHECKS;
    private boolean unsynced;

    RecordFile(StorePaths paths, FileAccess access, OpenFile open, boolean synced) {
        this.paths = paths;
        this.access = access;
        this.synced = synced;
        this.open = open;
        this.records = open.records();
        this.committedVersion = open.store().getCurrentVersion();
    }

    @Override
    public void apply(ChangeBatch batch) {
        mend();
        for (int i = 0; i < batch.size(); i++) {
            long key = batch.key(i);
            if (batch.isPut(i)) {
                undo.add(key, records.put(key, format.encode(batch, i)));
            } else {
                byte[] before = records.remove(key);
                if (before != null) {
                    undo.add(key, before);
                }
            }
        }
    }

    /** Hands everything applied to the operating system, and at {@code POWER} to the disk. */
    @Override
    public void commit() {
        MVStore store = openFile().store();
        if (--commitsUntilCheck == 0) {
            commitsUntilCheck = COMMITS_BETWEEN_CHECKS;
            rewriteSparseChunks();
        }
        store.commit();
        if (synced) {
            store.sync();
        }
        unsynced = !synced;
        committedVersion = store.getCurrentVersion();
        undo.clear();
    }

    /**
     * If mending fails at once, it is tried again before the next use.
     *
     * <p>Damage in H2's own list of commits, which nothing has to read before, shows in an error that does not come from the
     * disk. Then all that there is goes into a new file, without such damage, so that the next commit can work.
     */
    @Override
    public void abandon(Throwable cause) {
        OpenFile failed = open;
        open = null;
        if (failed != null) {
            failed.store().closeImmediately();
        }
        try {
            mend();
            if (!isOfTheDisk(cause)) {
                rewrite(openFile());
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            cause.addSuppressed(e);
        }
    }

    private static boolean isOfTheDisk(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException
                    || cause instanceof StoreException
                    || cause instanceof VirtualMachineError) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean isBroken() {
        return open == null;
    }

    /** Opens the file again if it is broken; an exception says that it still is. */
    void mend() {
        if (open != null) {
            return;
        }
        OpenFile again = access.open(paths.data());
        try {
            if (again.store().getCurrentVersion() < committedVersion) {
                throw new IllegalStateException("The store " + this + " is at commit "
                        + again.store().getCurrentVersion() + ", but commit " + committedVersion + " was stored");
            }
            if (again.store().getCurrentVersion() > committedVersion) {
                undo.applyTo(again.records());
                again.store().commit();
                if (synced) {
                    again.store().sync();
                }
            }
            use(again);
            undo.clear();
        } catch (RuntimeException | AssertionError e) {
            again.store().closeImmediately();
            throw e;
        }
    }

    @Override
    public List<StoredRecord> scan(long fromKey, int limit) {
        mend();
        List<StoredRecord> found = new ArrayList<>(Math.min(limit, 1024));
        Cursor<Long, byte[]> cursor = records.cursor(fromKey);
        while (found.size() < limit && cursor.hasNext()) {
            long key = cursor.next();
            byte[] bytes = cursor.getValue();
            if (!format.isIntact(key, bytes)) {
                throw new StoreException(
                        "Record " + key + " of the store " + this
                                + " has been damaged while it was open: close and open the store, which sets it aside",
                        (Throwable) null);
            }
            found.add(format.decode(key, bytes));
        }
        return found;
    }

    /** Uses a pause to make a file smaller that is mostly empty, if that is quick. */
    @Override
    public void tidy() throws IOException {
        mend();
        rewriteIfMostlyEmpty(QUICKLY_REWRITTEN_BYTES);
        if (unsynced) {
            // Not promised at PROCESS, but in a pause it costs nobody anything.
            openFile().store().sync();
            unsynced = false;
        }
    }

    private void rewriteIfMostlyEmpty(long mostLiveBytes) throws IOException {
        OpenFile sparse = openFile();
        long live = sparse.fileStore().liveBytes();
        long size = sparse.fileStore().size();
        if (size >= WORTH_TIDYING_BYTES && size / MOSTLY_EMPTY >= live && live <= mostLiveBytes) {
            rewrite(sparse);
        }
    }

    private void rewrite(OpenFile from) throws IOException {
        new FileCopy(paths, access, FileCopy.Damage.GIVE_UP).makeDraft(from);
        open = null;
        from.store().closeImmediately();
        // The new file counts from the start again: were it not opened at once, it would seem to lack what was stored.
        committedVersion = 0;
        paths.promoteDraft();
        use(access.open(paths.data()));
    }

    private void use(OpenFile file) {
        records = file.records();
        committedVersion = file.store().getCurrentVersion();
        unsynced = false;
        open = file;
    }

    private void rewriteSparseChunks() {
        RecordFileStore fileStore = openFile().fileStore();
        if (fileStore.bytesInUse() > WORTH_TIDYING_BYTES && fileStore.getChunksFillRate() < TIDY_BELOW_PERCENT) {
            openFile().store().compact(TIDY_BELOW_PERCENT, TIDY_STEP_BYTES);
        }
    }

    @Override
    public void close() {
        mend();
        try {
            rewriteIfMostlyEmpty(Long.MAX_VALUE);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "The store " + this + " is mostly empty, but could not be made smaller", e);
            mend();
        }
        MVStore store = openFile().store();
        try {
            store.close();
        } finally {
            store.closeImmediately();
        }
    }

    private OpenFile openFile() {
        OpenFile file = open;
        if (file == null) {
            throw new IllegalStateException("The store " + this + " was used while it was broken");
        }
        return file;
    }

    @Override
    public String toString() {
        return paths.data().toString();
    }
}
