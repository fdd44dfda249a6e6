package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.persistence.chronicle.FaultyFiles.Step;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files go as soon as nothing in them is needed, and what was removed never comes back with one that is left. */
@Timeout(120)
class DeletionTest {

    @TempDir
    Path temporary;

    private final WatchedFiles files = new WatchedFiles();
    private Path folder;

    /** Knows what was deleted and forced, in order, and can keep one file from being deleted. */
    private static final class WatchedFiles extends FaultyFiles {

        private final List<Path> deleted = new ArrayList<>();

        /** Which folders were forced since the last one of {@code deleted}. */
        private final Set<Path> forced = new HashSet<>();

        /** The same as it was when the last one of {@code deleted} was about to go. */
        private Set<Path> forcedBefore = Set.of();

        private Path busy = Path.of("none");

        @Override
        void delete(Path file) throws IOException {
            if (file.equals(busy)) {
                throw new IOException("busy");
            }
            super.delete(file);
            if (file.toString().endsWith(".cq4")) {
                deleted.add(file);
                forcedBefore = Set.copyOf(forced);
                forced.clear();
            }
        }

        @Override
        void forceFolder(Path forcedFolder) throws IOException {
            super.forceFolder(forcedFolder);
            forced.add(forcedFolder);
        }
    }

    @BeforeEach
    void realFolder() throws IOException {
        folder = temporary.toRealPath();
    }

    /** That does no harm, as it is said; also not if it stands in the only folder that is left. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFileThatCouldNotBeDeletedBringsNothingBackWhenTheStoreHasBecomeEmpty(boolean inAnotherQueue)
            throws IOException {
        OpenLog open = open(Map.of());
        open.put(1, 1, new byte[2 * OpenLog.SEGMENT_BYTES]);
        files.busy = open.segments().oldest().file();
        if (inAnotherQueue) {
            open.log().abandon(new IOException("a test"));
        }
        open.put(2, 1, new byte[10]);
        open.remove(1);
        open.put(3, 1, new byte[10]);
        assertNotEquals(files.busy, open.segments().oldest().file());
        assertTrue(Files.exists(files.busy));
        open.remove(2, 3);
        open.log().close();
        files.busy = Path.of("none");
        OpenLog again = open(Map.of());
        assertHolds(again);
        again.log().close();
        assertFalse(Files.exists(open.paths().folder()), "now it could be deleted");
    }

    /** The process may be killed between any two of them. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whereverDeletingAnEmptyStoreEndsNothingComesBack(boolean killedBefore) throws IOException {
        int deletions = 0;
        boolean finished = false;
        while (!finished) {
            OpenLog open = killedBefore ? openAsAfterAKill(emptied()) : emptied();
            int last = files.count(Step.DELETE) + deletions++;
            files.failWith(step -> {
                if (step == Step.DELETE && files.count(Step.DELETE) >= last) {
                    throw new IOException("killed");
                }
            });
            open.log().close();
            finished = !Files.exists(open.paths().folder());
            files.recover();
            OpenLog again = new OpenLog(open.paths().parent(), files, false, Map.of());
            assertHolds(again);
            again.log().close();
            assertFalse(Files.exists(open.paths().folder()), "deleted at the end of the next opening");
        }
        assertTrue(deletions > 4, "more than one file was there");
    }

    /** Two files, of which nothing is needed, and so little that nobody would carry anything. */
    private OpenLog emptied() throws IOException {
        OpenLog open = open(Map.of());
        open.put(1, 1, new byte[OpenLog.SEGMENT_BYTES]);
        open.put(2, 1, new byte[10]);
        open.log().tidy();
        open.remove(1, 2);
        assertEquals(2, open.segments().all().size());
        return open;
    }

    /** What was removed is still in the files, and nothing is written any more. */
    private OpenLog openAsAfterAKill(OpenLog before) throws IOException {
        Path killed = Files.createTempDirectory(folder, "killed");
        TestStores.copy(before.paths().folder(), new StorePaths(killed, "client").folder());
        before.log().close();
        OpenLog open = new OpenLog(killed, files, false, Map.of());
        assertHolds(open);
        return open;
    }

    /** What a loss of power brings back of the files must not be without the one that says that nothing in them counts. */
    @Test
    void theLastFileOfAnEmptyStoreGoesWhenTheOthersAreGoneForGood() throws IOException {
        OpenLog open = emptied();
        Path queue = open.segments().newest().file().getParent();
        List<Path> before = TestStores.segments(folder);
        open.log().close();
        assertEquals(before, files.deleted.subList(0, before.size()), "the oldest first");
        assertEquals(Set.of(queue, open.paths().folder()), files.forcedBefore);
        assertFalse(Files.exists(queue));
    }

    @Test
    void aQueueGoesWithItsLastFile() throws IOException {
        OpenLog open = open(Map.of());
        open.put(1, 1, new byte[2 * OpenLog.SEGMENT_BYTES]);
        open.put(2, 1, new byte[10]);
        Path queue = open.segments().newest().file().getParent();
        assertEquals(queue, open.segments().oldest().file().getParent());
        open.log().abandon(new IOException("a test"));
        open.put(1, 1, new byte[10]);
        open.put(3, 1, new byte[10]);
        assertEquals(2, open.segments().all().size());
        assertTrue(Files.exists(queue), "record 2 is there");
        open.put(2, 1, new byte[10]);
        open.put(3, 1, new byte[10]);
        assertEquals(1, open.segments().all().size());
        assertFalse(Files.exists(queue));
        open.log().close();
        OpenLog again = open(open.expected());
        assertHolds(again);
        again.log().close();
    }

    /** The first one of a queue, and one that was begun because the one before was full. */
    @ParameterizedTest
    @ValueSource(ints = {0, OpenLog.SEGMENT_BYTES})
    void aFileInWhichNothingCouldBeWrittenGoesAtOnce(int before) throws IOException {
        OpenLog open = open(Map.of());
        if (before > 0) {
            open.put(1, 1, new byte[before]);
        }
        List<Path> kept = before > 0 ? TestStores.segments(folder) : List.of();
        int queues = kept.size();
        files.fail(Step.WRITE, "no room");
        assertThrows(IOException.class, () -> open.put(2, 1, new byte[10]));
        files.fail(Step.CREATE, "no room");
        open.log().abandon(new IOException("a test"));
        assertEquals(kept, TestStores.segments(folder));
        assertEquals(kept, open.segments().all().stream().map(Segment::file).toList());
        assertEquals(queues, open.paths().queues().size());
        files.recover();
        assertHolds(open);
        open.log().close();
    }

    @Test
    void aFileIsClosedBeforeItIsDeleted() throws IOException {
        OpenLog open = open(Map.of());
        open.put(1, 1, new byte[2 * OpenLog.SEGMENT_BYTES]);
        open.put(2, 1, new byte[10]);
        assertEquals(open.expectedRecords().subList(0, 1), open.log().scan(1, 1));
        assertEquals(1, files.openToRead());
        open.remove(1);
        open.put(2, 1, new byte[20]);
        assertEquals(1, open.segments().all().size());
        assertEquals(0, files.openToRead());
        assertHolds(open);
        open.log().close();
        assertEquals(0, files.openToRead());
    }

    @Test
    void whoChangesNothingWritesNothing() throws IOException {
        OpenLog open = open(Map.of());
        open.put(1, 1, new byte[10]);
        open.put(2, 1, new byte[2 * OpenLog.SEGMENT_BYTES]);
        open.put(3, 1, new byte[10]);
        open.log().close();
        List<Path> left = TestStores.segments(folder);
        int writes = files.count(Step.WRITE);
        OpenLog again = open(open.expected());
        assertHolds(again);
        again.log().close();
        assertEquals(left, TestStores.segments(folder));
        assertEquals(writes, files.count(Step.WRITE));
        assertEquals(0, files.openToRead());
    }

    /** Whatever was written in one go, and however much a file may take while much is written. */
    @Test
    void aClosedStoreIsAtMostTwiceWhatIsLiveAndASmallFile() throws IOException {
        OpenLog open = open(Map.of());
        open.put(1, 1, new byte[1000]);
        for (int i = 0; i < 12; i++) {
            open.put(2, 1, new byte[OpenLog.SEGMENT_BYTES / 3]);
        }
        open.put(2, 1, new byte[3 * OpenLog.SEGMENT_BYTES]);
        open.put(2, 1, new byte[OpenLog.SEGMENT_BYTES + 1000]);
        open.put(2, 1, new byte[1000]);
        open.log().close();
        long bytes = 0;
        for (Path file : TestStores.segments(folder)) {
            bytes += written(file);
        }
        long most = 2 * 2000 + OpenLog.SEGMENT_BYTES;
        long size = bytes;
        assertTrue(size <= most, () -> "size " + size + " of " + most);
        OpenLog again = open(open.expected());
        assertHolds(again);
        again.log().close();
    }

    /** Up to the last chunk. */
    private static long written(Path file) throws IOException {
        ChunkFormat format = new ChunkFormat(StorePaths.salt(file.getParent()));
        try (SegmentWalk walk = SegmentWalk.open(new SegmentFiles(), format, file)) {
            while (walk.next() != null) {
                assertTrue(walk.end() <= Files.size(file));
            }
            return walk.end();
        }
    }

    private OpenLog open(Map<Long, StoredRecord> expected) throws IOException {
        return new OpenLog(folder, files, false, expected);
    }

    private static void assertHolds(OpenLog open) throws IOException {
        assertEquals(List.of(), open.damage());
        assertEquals(open.expectedRecords(), open.all());
    }
}
