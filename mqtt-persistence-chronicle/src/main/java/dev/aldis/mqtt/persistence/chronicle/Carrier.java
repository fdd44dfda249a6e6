package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.chronicle.ChunkFormat.Head;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the store from growing without end: when more than half of it is dead, what is live in the oldest segment is
 * carried forward, that is, written once more, and the segment can go: at once if that is little, which the index finds,
 * otherwise piece by piece along with the commits, by reading the segment. Segments go from the oldest on only, so that no
 * removal is forgotten before the put that it removes.
 */
final class Carrier {

    private static final Logger LOG = System.getLogger(Carrier.class.getName());

    private final SegmentFiles files;
    private final Records records;
    private final RecordReader reader;
    private final GroupWriter writer;
    private final long slackBytes;

    private @Nullable Segment source;
    private @Nullable SegmentWalk walk;

    /** The segment whose end has been reached. */
    private @Nullable Segment carried;

    /** Up to which segment all is to be carried, however little it is. */
    private int requestedOrdinal = -1;

    private boolean disabled;

    /**
     * A carrier.
     *
     * @param slackBytes how much a store may be larger than twice what is live in it
     */
    Carrier(SegmentFiles files, Records records, RecordReader reader, GroupWriter writer, long slackBytes) {
        this.files = files;
        this.records = records;
        this.reader = reader;
        this.writer = writer;
        this.slackBytes = slackBytes;
    }

    /** Asks for everything up to a segment to be carried forward. */
    void request(Segment upTo) {
        requestedOrdinal = upTo.ordinal();
    }

    /** Whether there is something to do, if so much may be dead beyond what is live. */
    boolean isWorthwhile(long slack) {
        Segments segments = records.segments();
        return !disabled
                && segments.oldest() != segments.newest()
                && (walk != null
                        || segments.oldest().ordinal() <= requestedOrdinal
                        || segments.sizeBytes() > 2 * segments.liveBytes() + slack);
    }

    boolean isWorthwhile() {
        return isWorthwhile(slackBytes);
    }

    /** Carries on; to be called at the beginning of a group, since the changes in it come later. */
    void carry(GroupWriter.Target target, long budgetBytes) throws IOException {
        Segment oldest = records.segments().oldest();
        if (walk == null && oldest.hasFewLiveRecords()) {
            carryFew(target, oldest);
            return;
        }
        SegmentWalk from = walk == null ? begin(oldest) : walk;
        long read = 0;
        while (read < budgetBytes) {
            Head head = from.next();
            if (head == null) {
                end();
                return;
            }
            read += head.entriesBytes();
            carryChunk(target, from, head);
        }
    }

    private Segment source() {
        Segment segment = source;
        if (segment == null) {
            throw new IllegalStateException("Nothing is being carried");
        }
        return segment;
    }

    /** A segment is going to be deleted. */
    void leave(Segment dead) throws IOException {
        if (source == dead) {
            close();
        }
    }

    private void carryFew(GroupWriter.Target target, Segment segment) throws IOException {
        long[] keys = new long[segment.liveRecords()];
        long[] locations = new long[keys.length];
        int count = records.index().copyIn(segment.ordinal(), keys, locations);
        for (int i = 0; i < count; i++) {
            try {
                StoredRecord record = reader.read(keys[i], locations[i]);
                writer.put(target, record.key(), record.kind(), record.content().asByteBuffer());
            } catch (StoreException damaged) {
                LOG.log(Level.DEBUG, "A record cannot be carried forward", damaged);
            }
        }
        carried = segment;
    }

    private SegmentWalk begin(Segment oldest) throws IOException {
        SegmentWalk opened = SegmentWalk.open(files, oldest.format(), oldest.file());
        source = oldest;
        walk = opened;
        return opened;
    }

    private void end() throws IOException {
        carried = source;
        close();
    }

    private void carryChunk(GroupWriter.Target target, SegmentWalk from, Head head) throws IOException {
        Segment segment = source();
        ChunkFormat format = segment.format();
        byte[] bytes = from.array();
        int start = from.offset();
        int at = start + ChunkFormat.HEAD_BYTES;
        int limit = at + head.entriesBytes();
        if (head.has(ChunkFormat.CONTINUED)) {
            return;
        }
        if (head.has(ChunkFormat.LARGE)) {
            carryLarge(target, from, head);
            return;
        }
        while (ChunkFormat.hasRoomForEntry(bytes, at, limit)) {
            int entryBytes = ChunkFormat.entryBytes(bytes, at);
            if (ChunkFormat.isPut(bytes, at)) {
                long key = ChunkFormat.key(bytes, at);
                long location = Location.of(segment.ordinal(), from.position() + at - start, 0);
                // The checksum last: most of what stands here is dead.
                if (key >= 0 && records.isLiveAt(key, location) && format.isEntry(bytes, at, limit)) {
                    int record = at + ChunkFormat.ENTRY_HEAD_BYTES;
                    ByteBuffer content = ByteBuffer.wrap(bytes, record, ChunkFormat.lengthBytes(bytes, at));
                    writer.put(target, key, ChunkFormat.kind(bytes, at), content);
                }
            }
            at += entryBytes;
        }
    }

    private void carryLarge(GroupWriter.Target target, SegmentWalk from, Head head) throws IOException {
        Segment segment = source();
        long key = ChunkFormat.key(from.array(), from.offset() + ChunkFormat.HEAD_BYTES);
        long location = Location.of(segment.ordinal(), from.position() + ChunkFormat.HEAD_BYTES, 0);
        if (!records.isLiveAt(key, location)) {
            return;
        }
        LargeEntry entry = LargeEntry.begin(segment.format(), head, from.array(), from.offset(), true);
        while (entry != null && !entry.isComplete()) {
            Head next = from.next();
            if (next == null || !entry.goOn(next, from.array(), from.offset())) {
                return;
            }
        }
        if (entry != null && entry.isIntact()) {
            writer.put(target, key, entry.kind(), ByteBuffer.wrap(entry.content()));
        }
    }

    /** The group in which something was carried is committed. */
    void committed() {
        Segment done = carried;
        carried = null;
        if (done != null && done.hasLiveRecords()) {
            disabled = true;
            LOG.log(
                    Level.WARNING,
                    "Records in {0} were damaged while the store was open, so the store is not made smaller until it is"
                            + " opened again",
                    done.file());
        }
    }

    /** Forgets how far it had come; what was carried in groups that are committed is not carried again. */
    void reset() throws IOException {
        carried = null;
        close();
    }

    private void close() throws IOException {
        SegmentWalk open = walk;
        walk = null;
        source = null;
        if (open != null) {
            open.close();
        }
    }
}
