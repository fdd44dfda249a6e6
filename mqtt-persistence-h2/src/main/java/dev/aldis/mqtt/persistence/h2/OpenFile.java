package dev.aldis.mqtt.persistence.h2;

import dev.aldis.mqtt.persistence.h2.record.RecordFormat;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.LongDataType;
import org.jspecify.annotations.Nullable;

/** An MVStore file that is open: without threads of its own, and without commits that nobody asked for. */
final class OpenFile {

    /** With the version of the format behind it, which is thus in the file twice: one flipped bit makes no newer version. */
    private static final String RECORDS = "records-";

    /** H2 numbers the maps in the order in which they are made; its own is the first. Written in hexadecimal. */
    private static final String RECORDS_ID = "2";

    /**
     * The key of a record that is there from the first commit on, before all others. H2 takes a map whose first page it
     * cannot find in its list for an empty one; without this record that would look like a store that holds nothing.
     */
    static final long FIRST_KEY = -1;

    private static final byte[] FIRST_RECORD = {};

    private static final String QUARANTINE = "quarantine";
    private static final int CACHE_MEGABYTES = 4;

    private final RecordFileStore fileStore;
    private final MVStore store;

    private OpenFile(RecordFileStore fileStore, MVStore store) {
        this.fileStore = fileStore;
        this.store = store;
    }

    /**
     * Opens a file at the newest commit that has not been ruled out.
     *
     * @param name with H2's file system before it
     * @param password of an encrypted file; null if it is not encrypted
     * @throws org.h2.mvstore.MVStoreException if it cannot be opened
     */
    static OpenFile open(String name, char @Nullable [] password, CommitChoice choice) {
        RecordFileStore fileStore = new RecordFileStore(CACHE_MEGABYTES, choice);
        fileStore.open(name, false, password);
        try {
            MVStore store = new MVStore.Builder()
                    .adoptFileStore(fileStore)
                    .autoCommitDisabled()
                    .open();
            // Space is free again two commits after it was given up: never before the commit that gave it up is done.
            store.setRetentionTime(0);
            store.setVersionsToKeep(0);
            return new OpenFile(fileStore, store);
        } catch (RuntimeException | AssertionError e) {
            fileStore.close();
            throw e;
        }
    }

    /** Makes an empty file that was opened one in our format, complete on the disk and closed. */
    static void create(OpenFile made) {
        try {
            made.store.setStoreVersion(RecordFormat.VERSION);
            made.records().put(FIRST_KEY, FIRST_RECORD);
            made.store.commit();
            made.store.close();
        } finally {
            made.store.closeImmediately();
        }
    }

    /** The version of our format; 0 if the file is not ours, or does not say so consistently. */
    int formatVersion() {
        int version = store.getStoreVersion();
        boolean consistent = store.hasMap(RECORDS + version)
                && (version != RecordFormat.VERSION || RECORDS_ID.equals(idOf(RECORDS + version)));
        return consistent ? version : 0;
    }

    /** Without opening the map, whose pages may be damaged. */
    private @Nullable String idOf(String map) {
        return store.getMetaMap().get(DataUtils.META_NAME + map);
    }

    boolean isReadOnly() {
        return store.isReadOnly();
    }

    MVMap<Long, byte[]> records() {
        return map(RECORDS + RecordFormat.VERSION);
    }

    /** Damaged records by their keys, as they were found. */
    MVMap<Long, byte[]> quarantine() {
        return map(QUARANTINE);
    }

    boolean hasQuarantine() {
        return store.hasMap(QUARANTINE);
    }

    private MVMap<Long, byte[]> map(String name) {
        return store.openMap(
                name,
                new MVMap.Builder<Long, byte[]>().keyType(LongDataType.INSTANCE).valueType(RecordType.INSTANCE));
    }

    MVStore store() {
        return store;
    }

    RecordFileStore fileStore() {
        return fileStore;
    }
}
