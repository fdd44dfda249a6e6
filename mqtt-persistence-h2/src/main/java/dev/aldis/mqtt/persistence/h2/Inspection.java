package dev.aldis.mqtt.persistence.h2;

import dev.aldis.mqtt.persistence.h2.record.RecordFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.SFChunk;

/** What a walk through all records of a file, and a look at the checksums of its commits, found to be damaged. */
final class Inspection {

    private final List<Long> damagedKeys = new ArrayList<>();
    private final List<String> badPages = new ArrayList<>();

    /** The identifiers of the chunks whose damage is reported by what it did. */
    private final Set<Integer> commitsOfDamage = new HashSet<>();

    private boolean newestCommitDamaged;
    private boolean firstRecordFound;

    private Inspection() {}

    static Inspection of(OpenFile file) {
        Inspection inspection = new Inspection();
        RecordFormat format = new RecordFormat();
        RecordFileStore fileStore = file.fileStore();
        RecordWalk.Visitor visitor = new RecordWalk.Visitor() {
            @Override
            public void record(long key, byte[] bytes, long page) {
                if (key == OpenFile.FIRST_KEY) {
                    inspection.firstRecordFound = true;
                } else if (!format.isIntact(key, bytes)) {
                    inspection.damagedKeys.add(key);
                    inspection.commitsOfDamage.add(DataUtils.getPageChunkId(page));
                    inspection.newestCommitDamaged |= fileStore.isInNewestCommit(page);
                }
            }

            @Override
            public void badPage(long page, String reason) {
                inspection.badPages.add(reason);
                inspection.commitsOfDamage.add(DataUtils.getPageChunkId(page));
                inspection.newestCommitDamaged |= page == RecordWalk.ROOT || fileStore.isInNewestCommit(page);
            }
        };
        RecordWalk.walk(file::records, visitor);
        if (!inspection.firstRecordFound && inspection.badPages.isEmpty()) {
            // Where a page is bad, the record may have stood there; the newest commit need not be to blame for that.
            visitor.badPage(RecordWalk.ROOT, "the first record is missing, and maybe all others are as well");
        }
        for (SFChunk changed : fileStore.changedSinceWritten()) {
            inspection.newestCommitDamaged |= fileStore.isNewestCommit(changed);
            if (!inspection.commitsOfDamage.contains(changed.id)) {
                // All that there is may be readable, but H2's own lists are in there as well.
                inspection.badPages.add("the checksum of commit " + changed.version + " is wrong");
            }
        }
        return inspection;
    }

    boolean isClean() {
        return damagedKeys.isEmpty() && badPages.isEmpty();
    }

    /** The keys of records whose checksum is wrong. */
    List<Long> damagedKeys() {
        return damagedKeys;
    }

    /** Why each page or commit that is bad is bad. */
    List<String> badPages() {
        return badPages;
    }

    /** Whether some of the damage lies in the newest commit. */
    boolean newestCommitDamaged() {
        return newestCommitDamaged;
    }
}
