package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.persistence.chronicle.ChunkFormat.Head;
import dev.aldis.mqtt.persistence.chronicle.FaultyFiles.Step;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a log does to write on after an error, and what it sees of what it has just written. */
@Timeout(60)
class LogMendingTest {

    @TempDir
    Path folder;

    private final FaultyFiles files = new FaultyFiles();

    /** Otherwise a commit that counts could be taken for the one that does not, or for one that is missing. */
    @Test
    void eachCommitHasTheNextNumberAlsoBehindOneThatIsVoid() throws IOException {
        OpenLog open = open(true);
        open.put(1, 1, (byte) 'a');
        files.failWith(step -> {
            if (step == Step.FORCE) {
                files.recover();
                throw new IOException("once");
            }
        });
        assertThrows(IOException.class, () -> open.put(1, 1, (byte) 'b'));
        assertFalse(open.log().isBroken());
        open.put(2, 1, (byte) 'c');
        open.put(3, 1, (byte) 'd');
        assertEquals(List.of("1", "2", "void 2", "3", "4"), commits());
        close(open);
    }

    /** As long as the disk refuses the mark that the commit is void, each try begins a queue. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aMarkThatCannotBeWrittenLeavesNothingOpenAndNoFile() throws IOException {
        OpenLog open = open(true);
        open.put(1, 1, (byte) 'a');
        List<Path> before = TestStores.segments(folder);
        files.failWith(step -> {
            if (step == Step.FORCE || (step == Step.WRITE && files.count(Step.WRITE) > 1)) {
                throw new IOException("broken disk");
            }
        });
        assertThrows(IOException.class, () -> open.put(1, 1, (byte) 'b'));
        for (int tries = 0; tries < 3; tries++) {
            assertThrows(IOException.class, () -> open.put(2, 1, (byte) 'c'));
            assertEquals(before, TestStores.segments(folder));
            assertEquals(
                    before, open.segments().all().stream().map(Segment::file).toList());
            OpenFiles.assertNone(folder, file -> true);
        }
        files.recover();
        open.put(3, 1, (byte) 'd');
        assertEquals(List.of("1", "2", "void 2", "3"), commits());
        assertHolds(open);
        close(open);
    }

    /** What the last look has seen there was nothing yet. */
    @Test
    void aRecordThatIsWrittenBehindTheLastOneReadIsFound() throws IOException {
        OpenLog open = open(false);
        open.put(1, 1, new byte[100]);
        assertHolds(open);
        open.put(2, 1, new byte[100]);
        assertEquals(open.expectedRecords().subList(1, 2), open.log().scan(2, 1));
        close(open);
    }

    @Test
    void soItIsWhenAnotherFileWasBegunMeanwhile() throws IOException {
        OpenLog open = open(false);
        open.put(1, 1, new byte[100]);
        assertHolds(open);
        open.put(2, 1, new byte[100]);
        open.put(3, 1, new byte[OpenLog.SEGMENT_BYTES]);
        open.put(4, 1, new byte[100]);
        assertEquals(2, open.segments().all().size());
        assertEquals(open.expectedRecords().subList(1, 2), open.log().scan(2, 1));
        close(open);
    }

    @Test
    void aFileCountsWithWhatItTakesOfTheDiskFromItsBeginningOn() throws IOException {
        OpenLog open = open(false);
        assertEquals(64 << 10, open.segments().sizeBytes());
        open.put(1, 1, new byte[100]);
        assertEquals(64 << 10, open.segments().sizeBytes());
        open.put(2, 1, new byte[OpenLog.SEGMENT_BYTES]);
        long first = open.segments().sizeBytes();
        assertTrue(first > OpenLog.SEGMENT_BYTES && first < 2 * OpenLog.SEGMENT_BYTES, () -> "size " + first);
        open.log().abandon(new IOException("a test"));
        assertEquals(first + (64 << 10), open.segments().sizeBytes());
        close(open);
    }

    /** The numbers of all commits, in order. */
    private List<String> commits() throws IOException {
        List<String> commits = new ArrayList<>();
        for (StorePaths.Found segment : new StorePaths(folder, "client").segments()) {
            ChunkFormat format = new ChunkFormat(segment.salt());
            try (SegmentWalk walk = SegmentWalk.open(new SegmentFiles(), format, segment.file())) {
                for (Head head = walk.next(); head != null; head = walk.next()) {
                    commits.add((head.has(ChunkFormat.VOID) ? "void " : "") + head.group());
                }
            }
        }
        return commits;
    }

    private OpenLog open(boolean forced) throws IOException {
        return new OpenLog(folder, files, forced, Map.of());
    }

    private static void assertHolds(OpenLog open) throws IOException {
        assertEquals(List.of(), open.damage());
        assertEquals(open.expectedRecords(), open.all());
    }

    /** And finds it as it was. */
    private void close(OpenLog open) throws IOException {
        open.log().close();
        Map<Long, StoredRecord> expected = open.expected();
        OpenLog again = new OpenLog(folder, files, false, expected);
        assertHolds(again);
        again.log().close();
        assertTrue(Files.exists(open.paths().folder()));
    }
}
