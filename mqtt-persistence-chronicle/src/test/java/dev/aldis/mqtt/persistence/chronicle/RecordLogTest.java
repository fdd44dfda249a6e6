package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.chronicle.FaultyFiles.Step;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
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
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a log promises to its store, done by hand, one thing after the other. */
@Timeout(60)
class RecordLogTest {

    @TempDir
    Path folder;

    private final FaultyFiles files = new FaultyFiles();

    /** A file whose name a loss of power takes away is lost whatever was forced of it. */
    @Test
    void atPowerEachCommitIsForcedAndTheFirstOneInAFileWithItsName() throws IOException {
        OpenLog open = open(true, Map.of());
        int namesOfOne = 3;
        for (int number = 0; number < 200; number++) {
            int segment = open.segments().newest().number();
            int forces = files.count(Step.FORCE);
            int names = files.count(Step.FORCE_FOLDER);
            open.put(number % 10, 1, new byte[1000]);
            boolean first = number == 0 || open.segments().newest().number() != segment;
            assertEquals(forces + 1, files.count(Step.FORCE), "commit " + number);
            assertEquals(names + (first ? namesOfOne : 0), files.count(Step.FORCE_FOLDER), "commit " + number);
        }
        assertTrue(open.segments().newest().number() > 2, "several files");
        int forces = files.count(Step.FORCE);
        open.log().tidy();
        assertEquals(forces, files.count(Step.FORCE), "nothing is left to force in a pause");
        open.log().close();
    }

    @Test
    void atProcessAPauseForcesWhatWasCommittedOnce() throws IOException {
        OpenLog open = open(false, Map.of());
        open.put(1, 1, new byte[10]);
        open.put(2, 1, new byte[10]);
        assertEquals(0, files.count(Step.FORCE));
        open.log().tidy();
        assertEquals(1, files.count(Step.FORCE));
        assertEquals(3, files.count(Step.FORCE_FOLDER));
        open.log().tidy();
        assertEquals(1, files.count(Step.FORCE));
        open.put(3, 1, new byte[10]);
        open.log().tidy();
        assertEquals(2, files.count(Step.FORCE));
        assertEquals(3, files.count(Step.FORCE_FOLDER), "it is the same file");
        open.log().close();
        assertEquals(3, files.count(Step.FORCE), "at the end");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1023, 1024, 1025, 2047, 2048, 2049, Integer.MAX_VALUE})
    void aScanGivesAsManyRecordsAsWereAskedForFromAKeyOn(int limit) throws IOException {
        OpenLog open = open(false, Map.of());
        ChangeBatch batch = new ChangeBatch();
        int records = 2048;
        for (int i = 0; i < records; i++) {
            batch.put(i == records - 1 ? Long.MAX_VALUE : 2L * i, 1, ByteBuffer.allocate(1));
        }
        open.log().apply(batch);
        open.log().commit();
        List<StoredRecord> all = open.all();
        assertEquals(records, all.size());
        for (int skipped : new int[] {0, 1, 1024}) {
            for (long from : new long[] {2L * skipped, Math.max(0, 2L * skipped - 1)}) {
                List<StoredRecord> wanted = all.subList(skipped, (int) Math.min(records, (long) skipped + limit));
                assertEquals(wanted, open.log().scan(from, limit));
            }
        }
        assertEquals(1, open.log().scan(Long.MAX_VALUE, limit).size());
        open.log().close();
    }

    @Test
    void whatIsAbandonedIsNowhere() throws IOException {
        OpenLog open = open(false, Map.of());
        open.put(1, 1, (byte) 'a');
        ChangeBatch batch = new ChangeBatch();
        batch.put(1, 1, ByteBuffer.allocate(ChunkFormat.CHUNK_BYTES));
        batch.remove(1);
        batch.put(2, 1, ByteBuffer.allocate(10));
        open.log().apply(batch);
        open.log().abandon(new IOException("a test"));
        assertFalse(open.log().isBroken());
        assertEquals(open.expectedRecords(), open.all());
        open.put(3, 1, (byte) 'c');
        assertEquals(open.expectedRecords(), open.all());
        close(open);
        assertReopens(open);
    }

    @Test
    void aLogIsBrokenUntilItCanWriteAgain() throws IOException {
        OpenLog open = open(false, Map.of());
        open.put(1, 1, (byte) 'a');
        files.fail(Step.CREATE, "no room");
        IOException cause = new IOException("a test");
        open.log().abandon(cause);
        assertEquals("no room", cause.getSuppressed()[0].getMessage());
        assertTrue(open.log().isBroken());
        assertThrows(IOException.class, () -> open.put(2, 1, (byte) 'b'));
        assertThrows(IOException.class, () -> open.log().tidy());
        assertTrue(open.log().isBroken());
        assertEquals(open.expectedRecords(), open.all(), "it can be read");
        files.recover();
        open.log().tidy();
        assertFalse(open.log().isBroken());
        open.put(3, 1, (byte) 'c');
        close(open);
        assertReopens(open);
    }

    @Test
    void aBrokenLogCanBeClosed() throws IOException {
        OpenLog open = open(false, Map.of());
        open.put(1, 1, (byte) 'a');
        files.fail(Step.CREATE, "no room");
        open.log().abandon(new IOException("a test"));
        open.log().close();
        files.recover();
        assertReopens(open);
    }

    /** It is in the file from its beginning to its end, and was reported as failed. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCommitThatFailedAfterItWasWrittenNeverCounts(boolean closedAtOnce) throws IOException {
        OpenLog open = open(true, Map.of());
        open.put(1, 1, (byte) 'a');
        files.fail(Step.FORCE, "broken disk");
        assertThrows(IOException.class, () -> open.put(1, 1, (byte) 'b'));
        assertTrue(open.log().isBroken(), "the mark that it is void cannot be forced");
        assertThrows(IOException.class, () -> open.put(2, 1, (byte) 'c'));
        if (closedAtOnce) {
            assertThrows(IOException.class, () -> open.log().close());
            return;
        }
        files.recover();
        open.put(3, 1, (byte) 'd');
        assertEquals(open.expectedRecords(), open.all());
        assertSurvivesACrash(open);
        close(open);
        assertReopens(open);
    }

    @Test
    void failuresAgainAndAgainLeaveNoFilesBehind() throws IOException {
        OpenLog open = open(false, Map.of());
        open.put(1, 1, (byte) 'a');
        for (Set<Step> failing : List.of(Set.of(Step.WRITE), Set.of(Step.RESERVE), Set.of(Step.WRITE, Step.CREATE))) {
            files.failWith(step -> {
                if (failing.contains(step)) {
                    throw new IOException("no room");
                }
            });
            for (int round = 0; round < 5; round++) {
                assertThrows(IOException.class, () -> open.put(2, 1, new byte[ChunkFormat.CHUNK_BYTES]));
            }
            files.recover();
            assertEquals(open.expectedRecords(), open.all());
            open.put(1, 1, (byte) 'b');
            assertSurvivesACrash(open);
        }
        assertTrue(
                TestStores.segments(folder).size() <= 4,
                () -> "segments " + open.segments().all().size());
        assertEquals(
                TestStores.segments(folder),
                open.segments().all().stream().map(Segment::file).toList());
        int queues = new StorePaths(folder, "client").queues().size();
        assertTrue(queues <= 4, () -> "queues " + queues);
        close(open);
        assertReopens(open);
    }

    @Test
    void aSegmentThatCannotBeBegunCostsNothing() throws IOException {
        OpenLog open = open(false, Map.of());
        open.put(1, 1, new byte[OpenLog.SEGMENT_BYTES]);
        files.fail(Step.RESERVE, "no room");
        assertThrows(IOException.class, () -> open.put(2, 1, (byte) 'b'));
        files.recover();
        open.put(3, 1, (byte) 'c');
        assertEquals(open.expectedRecords(), open.all());
        assertEquals(
                TestStores.segments(folder),
                open.segments().all().stream().map(Segment::file).toList());
        close(open);
        assertReopens(open);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void nothingStaysOpenOfWhatIsDeletedOrClosed() throws IOException {
        OpenLog open = open(false, Map.of());
        for (int i = 0; i < 600; i++) {
            open.put(i % 400, 1, new byte[500]);
            open.log().scan(0, 1);
        }
        OpenFiles.assertNone(folder, file -> file.contains("deleted"));
        open.log().abandon(new IOException("a test"));
        assertEquals(open.expectedRecords(), open.all());
        files.fail(Step.CREATE, "no room");
        open.log().abandon(new IOException("a test"));
        OpenFiles.assertNone(folder, file -> true);
        assertEquals(open.expectedRecords(), open.all());
        open.log().close();
        OpenFiles.assertNone(folder, file -> true);
        files.recover();
        assertReopens(open);
        OpenFiles.assertNone(folder, file -> true);
    }

    /** Otherwise damage would be taken for a commit that was interrupted, and cost all of it without a word. */
    @Test
    void theLastCommitOfAClosedLogIsKnownToBeWhole() throws IOException {
        OpenLog open = open(false, Map.of());
        ChangeBatch batch = new ChangeBatch();
        batch.put(1, 1, ByteBuffer.wrap(new byte[] {'a', 'a', 'a'}));
        batch.put(2, 1, ByteBuffer.wrap(new byte[] {'b', 'b', 'b'}));
        open.log().apply(batch);
        open.log().commit();
        Path file = open.segments().newest().file();
        open.log().close();
        byte[] bytes = Files.readAllBytes(file);
        int record = 0;
        while (bytes[record] != 'b' || bytes[record + 1] != 'b' || bytes[record + 2] != 'b') {
            record++;
        }
        overwrite(file, record, (byte) 'c');
        OpenLog again = open(false, Map.of());
        assertTrue(again.damage().get(0).contains("Record 2 is damaged"), () -> "damage " + again.damage());
        assertEquals(List.of(1L), again.all().stream().map(StoredRecord::key).toList());
        again.log().close();
    }

    @Test
    void openingAndClosingAgainAndAgainDoesNotAddUp() throws IOException {
        Map<Long, StoredRecord> expected = Map.of();
        for (int round = 0; round < 20; round++) {
            OpenLog open = open(false, expected);
            open.put(round % 3, 1, (byte) round);
            expected = open.expected();
            assertEquals(open.expectedRecords(), open.all());
            open.log().close();
        }
        int left = TestStores.segments(folder).size();
        assertTrue(left <= 3, () -> "segments " + left);
        open(false, expected).log().close();
        assertEquals(left, TestStores.segments(folder).size(), "who changes nothing writes nothing");
    }

    @Test
    void anEmptiedLogLeavesNothingBehind() throws IOException {
        OpenLog open = open(false, Map.of());
        open.put(1, 1, new byte[2 * OpenLog.SEGMENT_BYTES]);
        open.put(2, 1, new byte[10]);
        open.remove(1, 2);
        open.log().close();
        assertFalse(Files.exists(folder.resolve("client.chronicle")));
    }

    @Test
    void whatIsDamagedBehindTheLogsBackIsAnErrorAndNoRecord() throws IOException {
        OpenLog open = open(false, Map.of());
        open.put(1, 1, large(1));
        open.put(2, 1, new byte[1000]);
        open.put(3, 1, large(3));
        Path large = open.segments().get(0).file();
        byte[] whole = Files.readAllBytes(large);
        int second = ChunkFormat.CHUNK_BYTES + 2000;
        overwrite(large, second, (byte) (whole[second] ^ 1));
        StoreException failure =
                assertThrows(StoreException.class, () -> open.log().scan(0, 1));
        assertTrue(failure.getMessage().contains("Record 1 of the store " + folder), failure::getMessage);
        assertEquals(open.expectedRecords().subList(1, 3), open.log().scan(2, 10));
        overwrite(large, second, whole[second]);
        assertEquals(open.expectedRecords(), open.all());
        open.log().close();
    }

    @Test
    void aFileThatBecameShorterIsAnError() throws IOException {
        OpenLog open = open(false, Map.of());
        open.put(1, 1, new byte[2 * OpenLog.SEGMENT_BYTES - 1000]);
        open.put(2, 1, new byte[10]);
        Path first = open.segments().get(0).file();
        try (FileChannel channel = FileChannel.open(first, StandardOpenOption.WRITE)) {
            channel.truncate(4);
        }
        IOException failure = assertThrows(IOException.class, () -> open.log().scan(0, 1));
        assertTrue(failure.getMessage().contains(first + " has become shorter"), failure::getMessage);
        assertEquals(1, open.log().scan(2, 1).size());
        open.log().close();
    }

    private OpenLog open(boolean forced, Map<Long, StoredRecord> expected) throws IOException {
        return new OpenLog(folder, files, forced, expected);
    }

    private static void close(OpenLog open) throws IOException {
        open.log().close();
    }

    /** What a process finds that comes after one that was killed now. */
    private void assertSurvivesACrash(OpenLog before) throws IOException {
        Path crashed = Files.createTempDirectory(folder, "crashed");
        TestStores.copy(folder.resolve("client.chronicle"), crashed.resolve("client.chronicle"));
        OpenLog open = new OpenLog(crashed, new SegmentFiles(), false, before.expected());
        assertEquals(List.of(), open.damage());
        assertEquals(open.expectedRecords(), open.all());
        open.log().close();
    }

    private void assertReopens(OpenLog before) throws IOException {
        OpenLog open = open(false, before.expected());
        assertEquals(List.of(), open.damage());
        assertEquals(open.expectedRecords(), open.all());
        open.log().close();
    }

    private static byte[] large(int seed) {
        byte[] record = new byte[ChunkFormat.CHUNK_BYTES + 50_000];
        new Random(seed).nextBytes(record);
        return record;
    }

    private static void overwrite(Path file, long position, byte value) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {value}), position);
        }
    }
}
