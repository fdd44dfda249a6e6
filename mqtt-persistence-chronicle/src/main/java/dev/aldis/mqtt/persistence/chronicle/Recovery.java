package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.chronicle.ChunkFormat.Head;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads all segments of a store from the oldest to the newest, checks every record, and finds out which are live. A segment
 * with damage keeps a second name beside the store; what is intact in it is used.
 */
final class Recovery {

    private final SegmentFiles files;
    private final StorePaths paths;
    private final Consumer<String> damageListener;
    private final Records records = new Records();
    private final GroupAssembly assembly;

    /** The newest segment in which something is damaged; null if none. */
    private @Nullable Segment damagedSegment;

    /** Under which name the current segment is kept, once damage was found in it. */
    private @Nullable Path aside;

    private @Nullable Segment current;
    private @Nullable LargeEntry large;
    private long largeLocation;
    private long oldestNeeded;
    private int newestSegment;
    private long newestGroup;

    Recovery(SegmentFiles files, StorePaths paths, Consumer<String> damageListener) {
        this.files = files;
        this.paths = paths;
        this.damageListener = damageListener;
        this.assembly = new GroupAssembly(records, this::reportInCurrent);
    }

    /**
     * Reads everything.
     *
     * @throws StoreException if a newer version wrote it
     * @throws IOException if a file cannot be read
     */
    void run() throws IOException {
        Iterator<StorePaths.Found> segments = paths.segments().iterator();
        while (segments.hasNext()) {
            StorePaths.Found found = segments.next();
            newestSegment = found.number();
            Segment segment = records.segments().add(found.number(), found.file(), new ChunkFormat(found.salt()));
            current = segment;
            aside = null;
            boolean empty = read(segment);
            if (empty && segments.hasNext()) {
                reportInCurrent("no commit is left in a file in which there was one");
            } else if (empty && damagedSegment != segment) {
                forgetNewest(segment);
            }
        }
        newestGroup = assembly.end();
        forgetWhatIsNotNeeded();
    }

    Records records() {
        return records;
    }

    /** The number of the newest segment that is there; 0 if none. */
    int newestSegment() {
        return newestSegment;
    }

    /** The number of the newest group. */
    long newestGroup() {
        return newestGroup;
    }

    /** The newest segment in which something is damaged; null if all is well. */
    @Nullable
    Segment damagedSegment() {
        return damagedSegment;
    }

    /** Whether there is no chunk in it. */
    private boolean read(Segment segment) throws IOException {
        try (SegmentWalk walk = SegmentWalk.open(files, segment.format(), segment.file())) {
            Head head = walk.next();
            boolean empty = head == null;
            while (head != null) {
                refuseIfNewer(head);
                reportPassedOver(walk);
                oldestNeeded = Math.max(oldestNeeded, head.oldestSegment());
                assembly.begin(head);
                readEntries(segment, walk, head);
                head = walk.next();
            }
            reportPassedOver(walk);
            endLarge();
            records.segments().resizeNewest(QueueWriter.sizeBytes(walk.end()));
            return empty;
        }
    }

    /** What a process left that ended before its first commit. */
    private void forgetNewest(Segment segment) throws IOException {
        records.segments().removeNewest();
        files.delete(segment.file());
    }

    private void refuseIfNewer(Head head) {
        if (head.version() > ChunkFormat.VERSION) {
            throw new StoreException(
                    "The store " + paths.folder() + " was written by a newer version of the library (format "
                            + head.version() + ", and this version knows " + ChunkFormat.VERSION
                            + "): use that version, or choose another location",
                    (Throwable) null);
        }
    }

    private void reportPassedOver(SegmentWalk walk) throws IOException {
        String passedOver = walk.takeDamage();
        if (passedOver != null) {
            assembly.damageBehindChunk();
            reportInCurrent(passedOver);
        }
    }

    private void readEntries(Segment segment, SegmentWalk walk, Head head) {
        byte[] bytes = walk.array();
        if (head.has(ChunkFormat.LARGE) || head.has(ChunkFormat.CONTINUED)) {
            readLarge(segment, walk, head);
            return;
        }
        endLarge();
        int at = walk.offset() + ChunkFormat.HEAD_BYTES;
        int limit = at + head.entriesBytes();
        while (at < limit) {
            if (limit - at < ChunkFormat.ENTRY_HEAD_BYTES) {
                badRecord("something");
                return;
            }
            int entryBytes = ChunkFormat.entryBytes(bytes, at);
            long key = ChunkFormat.key(bytes, at);
            if (!segment.format().isEntry(bytes, at, limit)) {
                badRecord("Record " + key);
                if (!ChunkFormat.hasRoomForEntry(bytes, at, limit)) {
                    return;
                }
            } else if (ChunkFormat.isPut(bytes, at)) {
                long offset = walk.position() + at - walk.offset();
                assembly.add(key, Location.of(segment.ordinal(), offset, entryBytes));
            } else {
                for (int i = 0; i <= ChunkFormat.lengthBytes(bytes, at); i++) {
                    assembly.add(key + i, Location.NONE);
                }
            }
            at += entryBytes;
        }
    }

    private void readLarge(Segment segment, SegmentWalk walk, Head head) {
        LargeEntry entry = large;
        if (head.has(ChunkFormat.LARGE)) {
            entry = LargeEntry.begin(segment.format(), head, walk.array(), walk.offset(), false);
            largeLocation = entry == null
                    ? Location.NONE
                    : Location.of(
                            segment.ordinal(),
                            walk.position() + ChunkFormat.HEAD_BYTES,
                            ChunkFormat.ENTRY_HEAD_BYTES + entry.lengthBytes());
            large = entry;
        } else if (entry != null && !entry.goOn(head, walk.array(), walk.offset())) {
            entry = null;
        }
        if (entry == null) {
            large = null;
            badRecord("a large record");
        } else if (entry.isComplete()) {
            large = null;
            if (entry.isIntact()) {
                assembly.add(entry.key(), largeLocation);
            } else {
                badRecord("Record " + entry.key());
            }
        }
    }

    /** A large record that has not been completed is damaged, or its group was interrupted, which the group tells. */
    private void endLarge() {
        large = null;
    }

    private void badRecord(String what) {
        assembly.damageInChunk();
        reportInCurrent(what + " is damaged");
    }

    private void reportInCurrent(String what) {
        Segment segment = current;
        if (segment == null) {
            damageListener.accept("In the store " + paths.folder() + ": " + what);
            return;
        }
        damagedSegment = segment;
        damageListener.accept(
                "In the store " + paths.folder() + ": " + what + "; the file " + segment.file() + keptAs(segment));
    }

    private String keptAs(Segment segment) {
        try {
            Path kept = aside;
            if (kept == null) {
                kept = paths.keepAside(segment.file());
                aside = kept;
            }
            return " as it was is kept as " + kept;
        } catch (IOException e) {
            return " could not be kept as it was (" + e + ")";
        }
    }

    /** A segment that was to be deleted when the process ended may be there without those behind it. */
    private void forgetWhatIsNotNeeded() {
        Segments segments = records.segments();
        if (oldestNeeded > 0 && segments.oldest().number() > oldestNeeded) {
            damageListener.accept("In the store " + paths.folder() + ": the file of segment " + oldestNeeded
                    + " is missing, and maybe later ones");
        }
        long[] key = new long[1];
        long[] location = new long[1];
        boolean left = !segments.isEmpty() && segments.oldest().number() < oldestNeeded;
        while (left && records.index().copyFrom(key[0], 1, key, location) == 1) {
            if (segments.get(Location.ordinal(location[0])).number() < oldestNeeded) {
                records.forget(key[0]);
            }
            left = key[0]++ < Long.MAX_VALUE;
        }
    }
}
