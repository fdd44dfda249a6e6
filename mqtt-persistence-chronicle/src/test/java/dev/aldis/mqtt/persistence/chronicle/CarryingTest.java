package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.persistence.chronicle.FaultyFiles.Step;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written once more, so that its file can go, stays what it was, and the store stays small. */
@Timeout(60)
class CarryingTest {

    /** What one commit of these tests may add before it is looked at. */
    private static final long COMMIT_BYTES = 2L * OpenLog.SEGMENT_BYTES;

    @TempDir
    Path folder;

    private final FaultyFiles files = new FaultyFiles();

    /** Few are found through the index, more by reading the file, and large ones over their chunks. */
    @ParameterizedTest
    @ValueSource(ints = {1, 64, 65, 100, 250})
    void recordsKeepTheirKeyTheirKindAndTheirBytes(int records) throws IOException {
        OpenLog open = open(Map.of());
        Random random = new Random(records);
        for (int i = 0; i < records; i++) {
            open.put(1000 + i, 0xFF - i, bytes(random, 1 + i % 200));
            open.put(2000, 3, bytes(random, 20));
        }
        open.put(3000, 0xEE, bytes(random, ChunkFormat.CHUNK_BYTES + 7));
        open.put(3001, 0xED, bytes(random, 3 * ChunkFormat.CHUNK_BYTES));
        open.put(3002, 0xEC, bytes(random, 2 * ChunkFormat.CHUNK_BYTES));
        open.remove(3002);
        int last = open.segments().newest().number();
        List<Path> old = TestStores.segments(folder);
        for (int i = 0; open.segments().oldest().number() <= last; i++) {
            open.put(4000, 5, bytes(random, 3000));
            assertSmall(open);
            assertTrue(i < 5000, "the old files never go");
        }
        old.forEach(file -> assertFalse(Files.exists(file)));
        assertEquals(open.expectedRecords(), open.all());
        open.log().close();
        OpenLog again = open(open.expected());
        assertEquals(List.of(), again.damage());
        assertEquals(again.expectedRecords(), again.all());
        again.log().close();
    }

    @Test
    void aPauseMakesTheStoreSmall() throws IOException {
        OpenLog open = open(Map.of());
        for (int i = 0; i < 2000; i++) {
            open.put(i, 1, new byte[300]);
        }
        long[] most = new long[1900];
        for (int i = 0; i < most.length; i++) {
            most[i] = i;
        }
        open.remove(most);
        assertTrue(open.segments().sizeBytes() > 8L * OpenLog.SEGMENT_BYTES);
        open.log().tidy();
        assertTrue(open.segments().sizeBytes() <= 2 * open.segments().liveBytes() + OpenLog.SLACK_BYTES);
        assertEquals(open.expectedRecords(), open.all());
        open.log().close();
    }

    /** Which segments are needed stands in each commit, so that it takes one more. */
    @Test
    void aPauseDeletesTheFilesInWhichNothingIsLive() throws IOException {
        OpenLog open = open(Map.of());
        open.put(1, 1, new byte[OpenLog.SEGMENT_BYTES]);
        open.put(2, 1, new byte[10]);
        Path first = open.segments().oldest().file();
        open.put(1, 1, new byte[10]);
        assertTrue(Files.exists(first));
        open.log().tidy();
        assertFalse(Files.exists(first));
        int writes = files.count(Step.WRITE);
        open.log().tidy();
        assertEquals(writes, files.count(Step.WRITE), "there is nothing more to do");
        open.log().close();
    }

    @Test
    void whatIsIntactIsMovedOutOfADamagedFile() throws IOException {
        OpenLog damaged = damaged();
        OpenLog open = open(damaged.expected());
        assertFalse(open.damage().isEmpty());
        assertEquals(open.expectedRecords(), open.all());
        open.log().close();
        OpenLog again = open(open.expected());
        assertEquals(List.of(), again.damage(), "the damaged file is gone");
        assertEquals(again.expectedRecords(), again.all());
        again.log().close();
    }

    @Test
    void aStoreOpensAlsoWhereNothingCanBeMovedOutOfItsDamagedFileAndMovesItLater() throws IOException {
        OpenLog damaged = damaged();
        files.fail(Step.WRITE, "no room");
        OpenLog open = open(damaged.expected());
        assertEquals(open.expectedRecords(), open.all());
        files.recover();
        open.put(9000, 1, new byte[10]);
        open.log().close();
        OpenLog again = open(open.expected());
        assertEquals(List.of(), again.damage(), "the damaged file is gone");
        assertEquals(again.expectedRecords(), again.all());
        again.log().close();
    }

    /** Some hundred records in two files, one of them damaged in the first. */
    private OpenLog damaged() throws IOException {
        OpenLog open = open(Map.of());
        Random random = new Random(1);
        for (int i = 0; i < 400; i++) {
            open.put(i, 1, bytes(random, 200));
        }
        Path first = open.segments().oldest().file();
        int middle = OpenLog.SEGMENT_BYTES / 2;
        open.log().close();
        byte[] whole = Files.readAllBytes(first);
        int lost = lostAt(first, middle);
        overwrite(first, middle, (byte) (whole[middle] ^ 1));
        open.expected().remove((long) lost);
        return open;
    }

    /** The key of the record around an offset. */
    private static int lostAt(Path file, int offset) throws IOException {
        ChunkFormat format = new ChunkFormat(StorePaths.salt(file.getParent()));
        try (SegmentWalk walk = SegmentWalk.open(new SegmentFiles(), format, file)) {
            while (walk.next() != null) {
                if (walk.end() > offset) {
                    return (int) ChunkFormat.key(walk.array(), walk.offset() + ChunkFormat.HEAD_BYTES);
                }
            }
        }
        throw new AssertionError("nothing stands there");
    }

    @Test
    void aFailureWhileRecordsAreCarriedCostsNothing() throws IOException {
        OpenLog open = open(Map.of());
        Random random = new Random(2);
        for (int i = 0; i < 600; i++) {
            open.put(i, 1, bytes(random, 200));
        }
        for (int i = 0; i < 400; i++) {
            boolean failing = i % 10 == 5;
            if (failing) {
                files.fail(i % 20 == 5 ? Step.WRITE : Step.READ, "broken disk");
            }
            try {
                open.put(5000, 1, bytes(random, 3000));
            } catch (IOException expected) {
                assertTrue(failing, expected::toString);
            }
            files.recover();
        }
        assertEquals(open.expectedRecords(), open.all());
        open.log().close();
        OpenLog again = open(open.expected());
        assertEquals(List.of(), again.damage());
        assertEquals(again.expectedRecords(), again.all());
        again.log().close();
    }

    private OpenLog open(Map<Long, StoredRecord> expected) throws IOException {
        return new OpenLog(folder, files, false, expected);
    }

    /** What is being carried is there twice until the last of it is. */
    private static void assertSmall(OpenLog open) {
        Segments segments = open.segments();
        assertTrue(
                segments.sizeBytes() <= 3 * segments.liveBytes() + OpenLog.SLACK_BYTES + COMMIT_BYTES,
                () -> "size " + segments.sizeBytes() + ", live " + segments.liveBytes());
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void overwrite(Path file, long position, byte value) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {value}), position);
        }
    }
}
