package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.aldis.mqtt.persistence.chronicle.ChunkFormat.Head;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in the file for the changes of a group, chunk by chunk. */
class GroupWriterTest {

    private static final long SALT = 1;
    private static final int HEAD = ChunkFormat.ENTRY_HEAD_BYTES;

    /** The most that one entry may take. */
    private static final int LARGEST = ChunkFormat.ENTRIES_BYTES;

    @TempDir
    Path folder;

    private final GroupWriter writer = new GroupWriter();
    private QueueWriter queue;
    private GroupWriter.Target target;

    @BeforeEach
    void make() throws IOException {
        Preflight.check();
        queue = new QueueWriter(new SegmentFiles(), new StorePaths(folder.toRealPath(), "client"), 1, SALT);
        target = new GroupWriter.Target(queue, 0, 1, 1);
    }

    @AfterEach
    void close() throws IOException {
        queue.close();
    }

    @Test
    void entriesShareAChunkAsLongAsTheyFit() throws IOException {
        int half = LARGEST / 2;
        put(1, half);
        put(2, LARGEST - half);
        put(3, half);
        put(4, half + 1);
        put(5, HEAD + 1);
        writer.finish(target);
        int small = HEAD + 1;
        assertChunks(
                "0 part 0: put 1 (" + half + "), put 2 (" + (LARGEST - half) + ")",
                "0 part 1: put 3 (" + half + ")",
                "commit part 2: put 4 (" + (half + 1) + "), put 5 (" + small + ")");
        assertEquals(5, writer.pending().size());
    }

    @Test
    void aRemovalFindsItsPlaceInTheNextChunkWhereThisOneIsFull() throws IOException {
        put(1, LARGEST - HEAD);
        writer.remove(target, 7);
        writer.remove(target, 9);
        put(2, LARGEST - HEAD + 1);
        writer.remove(target, 11);
        writer.finish(target);
        assertChunks(
                "0 part 0: put 1 (" + (LARGEST - HEAD) + "), remove 7 to 7",
                "0 part 1: remove 9 to 9",
                "0 part 2: put 2 (" + (LARGEST - HEAD + 1) + ")",
                "commit part 3: remove 11 to 11");
    }

    @Test
    void onlyARecordThatDoesNotFitIntoAChunkIsALargeOne() throws IOException {
        put(1, LARGEST);
        writer.finish(target);
        assertChunks("commit part 0: put 1 (" + LARGEST + ")");
    }

    @Test
    void aLargeRecordHasItsChunksForItself() throws IOException {
        put(1, LARGEST + 1);
        put(2, HEAD);
        put(3, 2 * LARGEST);
        writer.finish(target);
        assertChunks(
                "large part 0: put 1 (" + (LARGEST + 1) + ")",
                "continued part 1: 1 bytes",
                "0 part 2: put 2 (" + HEAD + ")",
                "large part 3: put 3 (" + 2 * LARGEST + ")",
                "continued part 4: " + LARGEST + " bytes",
                "commit part 5: ");
    }

    /** However they come, none is removed that was not to be. */
    @Test
    void onlyRemovalsOfKeysThatFollowEachOtherAreOne() throws IOException {
        for (long key : new long[] {5, 6, 7, 9, 9, 8, 7, 11}) {
            writer.remove(target, key);
        }
        put(12, HEAD);
        writer.remove(target, 12);
        writer.finish(target);
        assertChunks("commit part 0: remove 5 to 7, remove 9 to 9, remove 9 to 9, remove 8 to 8, remove 7 to 7,"
                + " remove 11 to 11, put 12 (" + HEAD + "), remove 12 to 12");
    }

    @Test
    void theSizeOfAGroupIsWhatItTakes() throws IOException {
        assertEquals(0, writer.sizeBytes());
        put(1, 1000);
        assertEquals(1000, writer.sizeBytes());
        put(2, LARGEST);
        int first = ChunkFormat.HEAD_BYTES + 1000;
        assertEquals(first + LARGEST, writer.sizeBytes());
        put(3, 2000);
        assertEquals(first + ChunkFormat.CHUNK_BYTES + 2000, writer.sizeBytes());
        writer.finish(target);
        assertEquals(first + ChunkFormat.CHUNK_BYTES + ChunkFormat.HEAD_BYTES + 2000, writer.sizeBytes());
        writer.clear();
        assertEquals(0, writer.sizeBytes());
    }

    @Test
    void aMarkThatAGroupIsVoidHasNothingOfWhatWasBegun() throws IOException {
        put(1, 100);
        writer.remove(target, 2);
        writer.writeVoid(target);
        writer.remove(target, 3);
        writer.finish(target);
        assertChunks("void part 0: ", "commit part 0: remove 3 to 3");
        assertEquals(1, writer.pending().size());
    }

    private void put(long key, int entryBytes) throws IOException {
        writer.put(target, key, 1, ByteBuffer.allocate(entryBytes - HEAD));
    }

    private void assertChunks(String... expected) throws IOException {
        List<String> chunks = new ArrayList<>();
        try (SegmentWalk walk = SegmentWalk.open(new SegmentFiles(), queue.format(), queue.file())) {
            for (Head head = walk.next(); head != null; head = walk.next()) {
                assertEquals(1, head.group());
                String flags = switch (head.flags()) {
                    case ChunkFormat.COMMIT -> "commit";
                    case ChunkFormat.VOID -> "void";
                    case ChunkFormat.LARGE -> "large";
                    case ChunkFormat.CONTINUED -> "continued";
                    default -> Integer.toString(head.flags());
                };
                String content = head.has(ChunkFormat.CONTINUED) ? head.entriesBytes() + " bytes" : entries(walk, head);
                chunks.add(flags + " part " + head.part() + ": " + content);
            }
        }
        assertEquals(List.of(expected), chunks);
    }

    private static String entries(SegmentWalk walk, Head head) {
        byte[] bytes = walk.array();
        int at = walk.offset() + ChunkFormat.HEAD_BYTES;
        int limit = at + head.entriesBytes();
        List<String> entries = new ArrayList<>();
        while (at < limit) {
            long key = ChunkFormat.key(bytes, at);
            int entryBytes = ChunkFormat.entryBytes(bytes, at);
            entries.add(
                    ChunkFormat.isPut(bytes, at)
                            ? "put " + key + " (" + entryBytes + ")"
                            : "remove " + key + " to " + (key + ChunkFormat.lengthBytes(bytes, at)));
            at += entryBytes;
        }
        return String.join(", ", entries);
    }
}
