package dev.aldis.mqtt.persistence.h2;

import dev.aldis.mqtt.persistence.h2.record.RecordFormat;
import java.util.ArrayList;
import java.util.List;

/** What a walk through all records of a file found to be damaged. */
final class Inspection {

    private final List<Long> damagedKeys = new ArrayList<>();
    private final List<String> badPages = new ArrayList<>();
    private boolean newestCommitDamaged;
    private boolean rootDamaged;
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
                    inspection.newestCommitDamaged |= fileStore.isInNewestCommit(page);
                }
            }

            @Override
            public void badPage(long page, String reason) {
                inspection.badPages.add(reason);
                inspection.rootDamaged |= page == RecordWalk.ROOT;
                inspection.newestCommitDamaged |= page == RecordWalk.ROOT || fileStore.isInNewestCommit(page);
            }
        };
        RecordWalk.walk(file::records, visitor);
        if (!inspection.firstRecordFound && !inspection.rootDamaged) {
            visitor.badPage(RecordWalk.ROOT, "the first record is missing, and maybe all others are as well");
        }
        if (!fileStore.knowsNewestCommit()) {
            // All that there is can be read, but H2 could not write any more.
            inspection.badPages.add("the newest commit is not in the list of commits");
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

    /** Why each page that is bad is bad. */
    List<String> badPages() {
        return badPages;
    }

    /** Whether some of the damage lies in the newest commit. */
    boolean newestCommitDamaged() {
        return newestCommitDamaged;
    }
}
