package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.chronicle.FaultyFiles.Step;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When, how much at a time, and what of a file with a few thousand records of a kilobyte is carried forward. */
@Timeout(120)
class CarrierTest {

    private static final int RECORD_BYTES = 1000;

    /** Stands in each of the records, and nowhere else. */
    private static final byte[] MARK = "a mark that no checksum looks like".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    private final FaultyFiles files = new FaultyFiles();

    /** Nobody waits for long because a file is to go. */
    @Test
    void whatIsMuchIsCarriedPieceByPieceAlongWithTheCommits() throws IOException {
        OpenLog open = withOneLargeFile();
        open.removeRun(0, 2499);
        Path large = open.segments().oldest().file();
        int commits = 0;
        while (Files.exists(large)) {
            int writes = files.count(Step.WRITE);
            open.put(9000, 1, new byte[10]);
            int written = files.count(Step.WRITE) - writes;
            assertTrue(written <= 3, () -> "chunks written for a commit of ten bytes: " + written);
            commits++;
        }
        assertTrue(commits > 10 && commits < 100, "commits " + commits);
        assertEquals(0, files.openToRead(), "the file that is gone is closed");
        assertHolds(open);
        closeAndReopen(open);
    }

    @Test
    void whatIsLittleIsCarriedAtOnceAndWithoutReadingTheFile() throws IOException {
        OpenLog open = withOneLargeFile();
        open.removeRun(0, 3989);
        Path large = open.segments().oldest().file();
        int reads = files.count(Step.READ);
        open.put(9000, 1, new byte[10]);
        int most = reads + 3;
        assertTrue(files.count(Step.READ) <= most, () -> "reads " + (files.count(Step.READ) - reads));
        open.put(9000, 1, new byte[10]);
        assertFalse(Files.exists(large));
        assertHolds(open);
        closeAndReopen(open);
    }

    @Test
    void aFileOfWhichNothingIsLiveAnyMoreIsNotCarriedToItsEnd() throws IOException {
        OpenLog open = withOneLargeFile();
        open.removeRun(0, 2499);
        open.put(9000, 1, new byte[10]);
        open.put(9000, 1, new byte[10]);
        assertEquals(1, files.openToRead(), "it is under way");
        open.removeRun(2500, 3999);
        open.put(9000, 1, new byte[10]);
        assertEquals(0, files.openToRead());
        assertEquals(1, open.segments().all().size());
        assertHolds(open);
        // Another one is carried after that, from its beginning on.
        open.putRun(0, 3999, new byte[RECORD_BYTES]);
        open.removeRun(0, 2499);
        Path large = open.segments().oldest().file();
        for (int i = 0; i < 100; i++) {
            open.put(9000, 1, new byte[10]);
        }
        assertFalse(Files.exists(large));
        assertHolds(open);
        closeAndReopen(open);
    }

    @Test
    void whatWasCarriedInACommitThatFailedIsCarriedAgain() throws IOException {
        OpenLog open = withOneLargeFile();
        open.removeRun(0, 2499);
        Path large = open.segments().oldest().file();
        int commits = 0;
        while (Files.exists(large)) {
            if (commits == 5 || commits == 31) {
                files.fail(Step.WRITE, "broken disk");
                assertThrows(IOException.class, () -> open.put(9000, 1, new byte[10]));
                files.recover();
            }
            open.put(9000, 1, new byte[10]);
            commits++;
            assertTrue(commits < 500, "the file never goes");
        }
        assertHolds(open);
        closeAndReopen(open);
    }

    /** It stands in that file only, so the file has to stay; and nobody gains by carrying the others again and again. */
    @Test
    void aRecordThatWasDamagedMeanwhileKeepsItsFileAndCostsNoOther() throws IOException {
        OpenLog open = withOneLargeFile();
        open.removeRun(0, 2499);
        Path large = open.segments().oldest().file();
        damage(large);
        for (int i = 0; i < 100; i++) {
            open.put(9000, 1, new byte[10]);
        }
        assertDamagedIsAllThatStays(open, large);
    }

    @Test
    void soDoesOneOfAFew() throws IOException {
        OpenLog open = withOneLargeFile();
        open.removeRun(0, 3989);
        Path large = open.segments().oldest().file();
        damage(large);
        for (int i = 0; i < 3; i++) {
            open.put(9000, 1, new byte[10]);
        }
        assertDamagedIsAllThatStays(open, large);
    }

    private void assertDamagedIsAllThatStays(OpenLog open, Path large) throws IOException {
        assertEquals(large, open.segments().oldest().file());
        assertEquals(1, open.segments().oldest().liveRecords());
        StoreException failure =
                assertThrows(StoreException.class, () -> open.log().scan(3995, 1));
        assertTrue(failure.getMessage().contains("Record 3995"), failure::getMessage);
        open.expected().remove(3995L);
        List<StoredRecord> behind = open.log().scan(3996, 100);
        assertEquals(
                open.expectedRecords()
                        .subList(
                                open.expected().size() - behind.size(),
                                open.expected().size()),
                behind);
        int reads = files.count(Step.READ);
        int writes = files.count(Step.WRITE);
        for (int i = 0; i < 10; i++) {
            open.put(9000, 1, new byte[10]);
        }
        assertEquals(reads, files.count(Step.READ), "nothing more is carried");
        assertEquals(writes + 10, files.count(Step.WRITE));
        open.log().close();
        assertEquals(0, files.openToRead());
        OpenLog again = open(open.expected());
        assertTrue(again.damage().toString().contains("Record 3995 is damaged"), again.damage()::toString);
        assertEquals(again.expectedRecords(), again.all());
        assertFalse(Files.exists(large), "what is intact was moved out, and the file is kept aside");
        closeAndReopen(again);
    }

    /** Without a close, which moves things as well. */
    @Test
    void whatIsIntactIsMovedOutOfADamagedFileWhileTheStoreIsOpened() throws IOException {
        OpenLog open = withOneLargeFile();
        Path large = open.segments().oldest().file();
        open.log().close();
        damage(large);
        open.expected().remove(3995L);
        OpenLog again = open(open.expected());
        assertTrue(again.damage().get(0).contains("Record 3995 is damaged"), again.damage()::toString);
        assertFalse(Files.exists(large));
        assertEquals(0, files.openToRead());
        assertEquals(again.expectedRecords(), again.all());
        closeAndReopen(again);
    }

    /** All of it was written, and then the disk failed. */
    @Test
    void aQueueThatCouldNotBeForcedWhileTheStoreIsOpenedIsLeftAlone() throws IOException {
        OpenLog open = withOneLargeFile();
        Path large = open.segments().oldest().file();
        open.log().close();
        damage(large);
        open.expected().remove(3995L);
        files.failWith(step -> {
            if (step == Step.FORCE) {
                files.recover();
                throw new IOException("once");
            }
        });
        OpenLog again = new OpenLog(folder, files, true, open.expected());
        assertFalse(again.log().isBroken());
        assertEquals(3, again.paths().queues().size(), "the one that could not be forced is left alone");
        assertEquals(again.expectedRecords(), again.all());
        again.put(9000, 1, new byte[10]);
        Path killed = Files.createTempDirectory(folder, "killed");
        TestStores.copy(again.paths().folder(), new StorePaths(killed, "client").folder());
        OpenLog found = new OpenLog(killed, new SegmentFiles(), false, again.expected());
        assertEquals(again.damage().size(), found.damage().size(), found.damage()::toString);
        assertEquals(found.expectedRecords(), found.all());
        found.log().close();
        closeAndReopen(again);
    }

    /** What was appended meanwhile would wait for it. */
    @Test
    void aPauseEndsWhenAFewFilesWereCarriedAndTheNextOneGoesOn() throws IOException {
        OpenLog open = open(Map.of());
        for (int key = 0; key < 40; key++) {
            // Each in a file of its own.
            open.put(key, 1, new byte[4 * OpenLog.SEGMENT_BYTES]);
            open.put(100 + key, 1, new byte[10]);
        }
        open.removeRun(0, 39);
        int before = open.segments().all().size();
        open.log().tidy();
        int after = open.segments().all().size();
        assertTrue(after > 10 && after < before, () -> "files " + before + ", then " + after);
        for (int pauses = 0; pauses < 6; pauses++) {
            open.log().tidy();
        }
        long size = open.segments().sizeBytes();
        assertTrue(size <= 2 * open.segments().liveBytes() + OpenLog.SLACK_BYTES, () -> "size " + size);
        assertHolds(open);
        closeAndReopen(open);
    }

    /** Four thousand records in the oldest file, none of them in the newest. */
    private OpenLog withOneLargeFile() throws IOException {
        OpenLog open = open(Map.of());
        byte[] record = new byte[RECORD_BYTES];
        System.arraycopy(MARK, 0, record, RECORD_BYTES / 2, MARK.length);
        open.putRun(0, 3999, record);
        open.put(9000, 1, new byte[10]);
        assertEquals(2, open.segments().all().size());
        return open;
    }

    /** Changes a byte of the record 3995. */
    private static void damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int at = -1;
        for (int marks = 0; marks < 3996; marks++) {
            do {
                at++;
            } while (!Arrays.equals(bytes, at, at + MARK.length, MARK, 0, MARK.length));
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {'A'}), at);
        }
    }

    private OpenLog open(Map<Long, StoredRecord> expected) throws IOException {
        return new OpenLog(folder, files, false, expected);
    }

    private static void assertHolds(OpenLog open) throws IOException {
        assertEquals(List.of(), open.damage());
        assertEquals(open.expectedRecords(), open.all());
    }

    private void closeAndReopen(OpenLog open) throws IOException {
        open.log().close();
        OpenLog again = open(open.expected());
        assertHolds(again);
        again.log().close();
    }
}
