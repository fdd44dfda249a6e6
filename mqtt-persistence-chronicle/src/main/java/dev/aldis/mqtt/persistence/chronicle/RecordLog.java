package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.spi.persistence.BlockingStore;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of one session: a log of groups of changes in segments, and in memory the index of what is live. Used by one
 * thread at a time.
 *
 * <p>After an error the queue that was being written is left alone and a new one is begun; a group that had been written
 * completely, and was then reported as failed, is marked there as void. Until that has worked out the log is
 * <em>broken</em>: each use first tries to mend it.
 */
final class RecordLog implements BlockingStore {

    private static final Logger LOG = System.getLogger(RecordLog.class.getName());

    private static final SecureRandom RANDOM = new SecureRandom();

    private static final long LEAST_CARRY_BYTES = 64 << 10;
    private static final int CARRY_FACTOR = 4;
    private static final int MOST_PAGE = 1024;

    /** How much is carried in one pause. */
    private static final long TIDY_BYTES = 16 << 20;

    private static final long TIDY_STEP_BYTES = 1 << 20;

    private final SegmentFiles files;
    private final StorePaths paths;
    private final Settings settings;
    private final SegmentSize segmentSize;
    private final RecordIndex index;
    private final Segments segments;
    private final Records records;
    private final GroupWriter writer = new GroupWriter();
    private final RecordReader reader;
    private final Carrier carrier;
    private final Housekeeping housekeeping;

    /** Null while it is broken. */
    private @Nullable QueueWriter queue;

    /** Null between two groups. */
    private GroupWriter.@Nullable Target target;

    private long nextGroup;
    private int lastSegment;
    private long lastGroupBytes;
    private long carriedBytes;
    private boolean groupIsWritten;
    private boolean voidIsDue;
    private boolean namesAreForced;
    private boolean unforced;

    /**
     * How a log works.
     *
     * @param segmentBytes after how much a segment is full that is written slowly
     * @param slackBytes how much more than twice what is live may be on the disk
     * @param forced whether each commit goes to the disk
     */
    record Settings(int segmentBytes, long slackBytes, boolean forced) {}

    RecordLog(SegmentFiles files, StorePaths paths, Recovery found, Settings settings) {
        this.files = files;
        this.paths = paths;
        this.settings = settings;
        this.segmentSize = new SegmentSize(settings.segmentBytes(), System::nanoTime);
        this.records = found.records();
        this.index = records.index();
        this.segments = records.segments();
        this.reader = new RecordReader(files, segments, toString());
        this.carrier = new Carrier(files, records, reader, writer, settings.slackBytes());
        this.housekeeping = new Housekeeping(files, paths, segments);
        this.nextGroup = found.newestGroup() + 1;
        this.lastSegment = found.newestSegment();
    }

    /** Gets ready to write, and moves what is live out of damaged segments. */
    void start(@Nullable Segment damaged) throws IOException {
        mend();
        housekeeping.deleteEmptyQueues();
        if (damaged == null) {
            return;
        }
        carrier.request(damaged);
        try {
            while (carrier.isWorthwhile()) {
                commit();
            }
        } catch (IOException | RuntimeException | Error e) {
            LOG.log(Level.WARNING, "What is intact in damaged files of " + this + " could not be moved out yet", e);
            abandon(e);
        }
    }

    @Override
    public void apply(ChangeBatch batch) throws IOException {
        GroupWriter.Target group = group();
        ByteBuffer record = ByteBuffer.wrap(batch.array());
        for (int i = 0; i < batch.size(); i++) {
            if (batch.isPut(i)) {
                int start = batch.offset(i);
                record.limit(start + batch.lengthBytes(i)).position(start);
                writer.put(group, batch.key(i), batch.kind(i), record);
            } else {
                writer.remove(group, batch.key(i));
            }
        }
    }

    private GroupWriter.Target group() throws IOException {
        GroupWriter.Target group = target;
        if (group == null) {
            group = beginGroup(Math.max(LEAST_CARRY_BYTES, CARRY_FACTOR * lastGroupBytes), settings.slackBytes());
        }
        return group;
    }

    private GroupWriter.Target beginGroup(long carryBytes, long slackBytes) throws IOException {
        QueueWriter to = mend();
        if (segmentSize.isFullAt(to.position())) {
            segmentSize.next();
            to.roll();
            use(to);
        }
        GroupWriter.Target group = new GroupWriter.Target(to, segments.newest().ordinal(), nextGroup, oldestNeeded());
        target = group;
        if (carrier.isWorthwhile(slackBytes)) {
            carrier.carry(group, carryBytes);
        }
        carriedBytes = writer.sizeBytes();
        return group;
    }

    private int oldestNeeded() {
        for (Segment segment : segments.all()) {
            if (segment.hasLiveRecords()) {
                return segment.number();
            }
        }
        return segments.newest().number();
    }

    @Override
    public void commit() throws IOException {
        GroupWriter.Target group = group();
        writer.finish(group);
        groupIsWritten = true;
        if (settings.forced()) {
            force(group.queue());
        }
        unforced = !settings.forced();
        records.apply(writer.pending());
        lastGroupBytes = writer.sizeBytes() - carriedBytes;
        writer.clear();
        nextGroup++;
        target = null;
        groupIsWritten = false;
        segments.resizeNewest(group.queue().sizeBytes());
        carrier.committed();
        deleteBefore(group.oldestSegment());
    }

    private void force(QueueWriter written) throws IOException {
        written.force();
        if (!namesAreForced) {
            written.forceNames();
            namesAreForced = true;
        }
    }

    /** Only what a commit has said not to be needed goes, so that a segment that is missing can be noticed. */
    private void deleteBefore(int number) throws IOException {
        while (segments.oldest().number() < number) {
            Segment dead = segments.oldest();
            reader.leave(dead);
            carrier.leave(dead);
            housekeeping.deleteOldest();
        }
    }

    @Override
    public void abandon(Throwable cause) {
        writer.clear();
        target = null;
        voidIsDue |= groupIsWritten;
        groupIsWritten = false;
        QueueWriter failed = queue;
        queue = null;
        try {
            carrier.reset();
            reader.close();
            if (failed != null) {
                leave(failed);
            }
            mend();
        } catch (IOException | RuntimeException | Error e) {
            cause.addSuppressed(e);
        }
    }

    private void leave(QueueWriter failed) throws IOException {
        try {
            failed.close();
        } finally {
            lastSegment = failed.segment();
            if (segments.newest().number() != failed.segment()) {
                // It could not be begun.
                housekeeping.delete(failed.file());
            } else if (failed.position() == 0) {
                housekeeping.deleteNewest();
            }
        }
    }

    @Override
    public boolean isBroken() {
        return queue == null;
    }

    /** Begins a new queue if there is none; an exception says that this did not work. */
    private QueueWriter mend() throws IOException {
        QueueWriter open = queue;
        if (open != null) {
            return open;
        }
        QueueWriter created = create();
        use(created);
        try {
            if (voidIsDue) {
                writer.writeVoid(
                        new GroupWriter.Target(created, segments.newest().ordinal(), nextGroup, oldestNeeded()));
                if (settings.forced()) {
                    force(created);
                }
                nextGroup++;
                voidIsDue = false;
            }
        } catch (IOException | RuntimeException | Error e) {
            leave(created);
            throw e;
        }
        queue = created;
        return created;
    }

    private QueueWriter create() throws IOException {
        int number = lastSegment + 1;
        long salt = RANDOM.nextLong();
        try {
            return new QueueWriter(files, paths, number, salt);
        } catch (IOException | RuntimeException | Error e) {
            housekeeping.deleteAll(paths.queue(number, salt));
            throw e;
        }
    }

    private void use(QueueWriter writing) {
        lastSegment = writing.segment();
        reader.refresh();
        segments.add(lastSegment, writing.file(), writing.format());
        segments.resizeNewest(writing.sizeBytes());
        namesAreForced = false;
    }

    @Override
    public List<StoredRecord> scan(long fromKey, int limit) throws IOException {
        long[] keys = new long[Math.min(limit, MOST_PAGE)];
        long[] locations = new long[keys.length];
        List<StoredRecord> found = new ArrayList<>(keys.length);
        reader.refresh();
        long from = fromKey;
        int count;
        do {
            int wanted = Math.min(keys.length, limit - found.size());
            count = index.copyFrom(from, wanted, keys, locations);
            for (int i = 0; i < count; i++) {
                found.add(reader.read(keys[i], locations[i]));
                from = keys[i];
            }
            if (count < wanted || from == Long.MAX_VALUE) {
                return found;
            }
            from++;
        } while (found.size() < limit);
        return found;
    }

    @Override
    public void tidy() throws IOException {
        QueueWriter open = mend();
        for (long carried = 0; carried < TIDY_BYTES && carrier.isWorthwhile(); carried += TIDY_STEP_BYTES) {
            beginGroup(TIDY_STEP_BYTES, settings.slackBytes());
            commit();
        }
        if (segments.oldest().number() < oldestNeeded()) {
            commit();
        }
        if (unforced) {
            // Not promised at PROCESS, but in a pause it costs nobody anything.
            force(open);
            unforced = false;
        }
    }

    @Override
    public void close() throws IOException {
        QueueWriter open = queue;
        if (open == null && !voidIsDue) {
            reader.close();
            return;
        }
        try {
            end(mend());
        } finally {
            reader.close();
            QueueWriter last = queue;
            queue = null;
            if (last != null) {
                leave(last);
            }
        }
        if (index.size() == 0) {
            housekeeping.deleteStore();
        }
    }

    private void end(QueueWriter open) throws IOException {
        if (open.position() > 0 || carrier.isWorthwhile() || segments.oldest().number() < oldestNeeded()) {
            segmentSize.least();
            if (segmentSize.isFullAt(open.position())) {
                commit();
            }
            int last = segments.newest().ordinal();
            while (segments.oldest().ordinal() < last && carrier.isWorthwhile(settings.segmentBytes())) {
                beginGroup(TIDY_STEP_BYTES, settings.segmentBytes());
                commit();
            }
            // With a commit behind it, damage in the one before cannot be taken for a commit that was interrupted.
            commit();
            force(open);
        }
    }

    @Override
    public String toString() {
        return paths.folder().toString();
    }
}
