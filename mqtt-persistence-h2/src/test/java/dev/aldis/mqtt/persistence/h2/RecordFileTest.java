package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.h2.SimulatedDisk.Force;
import dev.aldis.mqtt.persistence.h2.SimulatedDisk.Open;
import dev.aldis.mqtt.persistence.h2.SimulatedDisk.Write;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The file of a store by itself: what a pause, an error and the end of it do. */
@Timeout(60)
class RecordFileTest {

    private static final int MEGABYTE = 1 << 20;
    private static final SimulatedDisk.Fault NONE = operation -> {};

    @TempDir
    Path folder;

    private SimulatedDisk disk;
    private StorePaths paths;
    private FileAccess access;

    @BeforeEach
    void startDisk() throws IOException {
        disk = new SimulatedDisk();
        access = new FileAccess(disk.fileSystem(), Optional.empty());
        paths = new StorePaths(folder.toRealPath(), "client");
    }

    @AfterEach
    void stopDisk() {
        disk.close();
    }

    private OpenFile opened() throws IOException {
        return new CheckedOpening(paths, access, damage -> {
                    throw new AssertionError(damage);
                })
                .open();
    }

    private RecordFile open(boolean synced) throws IOException {
        return new RecordFile(paths, access, opened(), synced);
    }

    private static void put(RecordFile file, long key, byte[] bytes) {
        ChangeBatch batch = new ChangeBatch();
        batch.put(key, 1, ByteBuffer.wrap(bytes));
        file.apply(batch);
    }

    private static void store(RecordFile file, long key, String text) {
        put(file, key, text.getBytes(StandardCharsets.UTF_8));
        file.commit();
    }

    private static void remove(RecordFile file, long key) {
        ChangeBatch batch = new ChangeBatch();
        batch.remove(key);
        file.apply(batch);
        file.commit();
    }

    private static Map<Long, String> texts(RecordFile file) {
        Map<Long, String> texts = new TreeMap<>();
        for (StoredRecord record : file.scan(0, 1000)) {
            texts.put(record.key(), record.content().text());
        }
        return texts;
    }

    private long megabytes() throws IOException {
        return Files.size(paths.data()) / MEGABYTE;
    }

    private Map<Long, String> reopened() throws IOException {
        RecordFile file = open(false);
        try {
            return texts(file);
        } finally {
            file.close();
        }
    }

    /** At POWER each commit has been forced already. */
    @Test
    void aPauseForcesToTheDiskWhatNoCommitHas() throws IOException {
        for (boolean synced : new boolean[] {false, true}) {
            RecordFile file = open(synced);
            disk.remember(paths.data());
            for (int i = 1; i <= 3; i++) {
                store(file, i, "text");
                assertEquals(synced ? i : i - 1, disk.count(Force.class));
                file.tidy();
                file.tidy();
                assertEquals(i, disk.count(Force.class));
            }
            file.close();
        }
    }

    @Test
    void aPauseMakesAMostlyEmptyFileSmall() throws IOException {
        RecordFile file = stretched(1, 16);
        store(file, 1, "kept");
        file.tidy();
        assertTrue(megabytes() < 2, "megabytes " + megabytes());
        assertEquals(1, disk.openFiles());
        store(file, 2, "more");
        assertEquals(Map.of(1L, "kept", 2L, "more", 100L, "\0".repeat(MEGABYTE)), texts(file));
        file.close();
        assertEquals(3, reopened().size());

        Files.delete(paths.data());
        RecordFile smallest = stretched(0, 4);
        smallest.tidy();
        assertEquals(0, megabytes(), "from 4 MB on");
        smallest.close();
    }

    /** Work that takes a moment is for the end. */
    @Test
    void aPauseLeavesAFileAsItIsThatIsSmallOrRatherFullOrTakesLong() throws IOException {
        assertLeftAsItIs(0, 3);
        assertLeftAsItIs(3, 6);
        assertLeftAsItIs(12, 100);
    }

    private void assertLeftAsItIs(int live, int megabytes) throws IOException {
        RecordFile file = stretched(live, megabytes);
        file.tidy();
        assertEquals(megabytes, megabytes(), live + " MB of " + megabytes + " MB are in use");
        file.close();
        Files.delete(paths.data());
    }

    /** A file that has so many megabytes of records, and as much space that is not in use as makes it so large. */
    private RecordFile stretched(int live, int megabytes) throws IOException {
        RecordFile file = open(false);
        for (int i = 0; i < live; i++) {
            put(file, 100 + i, new byte[MEGABYTE]);
        }
        file.commit();
        file.close();
        try (RandomAccessFile data = new RandomAccessFile(paths.data().toFile(), "rw")) {
            data.setLength((long) megabytes * MEGABYTE);
        }
        return open(false);
    }

    /** The worst case: in each commit there is something that stays. */
    @Test
    void whatIsLeftOfOldCommitsIsPutTogetherWhileTheFileIsUsed() throws IOException {
        RecordFile file = open(false);
        int records = 0;
        for (int round = 0; round < 24; round++) {
            for (int i = 0; i < 1_000; i++) {
                put(file, 1_000_000L * round + i, new byte[1_000]);
            }
            file.commit();
            for (int i = 40; i < 1_000; i++) {
                ChangeBatch batch = new ChangeBatch();
                batch.remove(1_000_000L * round + i);
                file.apply(batch);
            }
            file.commit();
            records += 40;
            for (int i = 0; i < 20; i++) {
                store(file, Long.MAX_VALUE, "busy");
            }
        }
        assertTrue(megabytes() < 16, "24 MB were written, " + megabytes() + " MB are in the file");
        assertEquals(records + 1, file.scan(0, 100_000).size());
        file.close();
    }

    @Test
    void anErrorOfTheDiskLeavesTheFileAsItIs() throws IOException {
        for (Throwable cause : new Throwable[] {
            new IOException("disk"),
            new IllegalStateException(new IOException("disk")),
            new StoreException("ours", (Throwable) null),
            new OutOfMemoryError("memory"),
        }) {
            RecordFile file = open(false);
            store(file, 1, "kept");
            store(file, 2, "REMOVED");
            remove(file, 2);
            put(file, 1, new byte[] {'x'});
            file.abandon(cause);
            assertFalse(file.isBroken());
            assertEquals(1, disk.openFiles());
            assertEquals(Map.of(1L, "kept"), texts(file), cause::toString);
            assertTrue(has("REMOVED"), () -> cause + " is no reason to write everything anew");
            file.close();
            Files.delete(paths.data());
        }
    }

    /** Nothing has to read H2's list of commits before a commit changes it: an error may be the first sign that it is damaged. */
    @Test
    void anErrorThatIsNotOfTheDiskMayBeOfTheFileWhichIsWrittenAnew() throws IOException {
        RecordFile file = open(false);
        store(file, 1, "kept");
        store(file, 2, "REMOVED");
        remove(file, 2);
        put(file, 1, new byte[] {'x'});
        file.abandon(new IllegalStateException("H2 is surprised"));
        assertFalse(file.isBroken());
        assertFalse(has("REMOVED"));
        assertEquals(1, disk.openFiles());
        assertFalse(Files.exists(paths.draft()));
        assertEquals(Map.of(1L, "kept"), texts(file));
        store(file, 3, "goes on");
        file.close();
        assertEquals(Map.of(1L, "kept", 3L, "goes on"), reopened());
    }

    @Test
    void whatWasSetAsideIsKeptWhenTheFileIsWrittenAnew() throws IOException {
        OpenFile opened = opened();
        assertFalse(opened.hasQuarantine());
        opened.quarantine().put(7L, new byte[] {1, 2, 3});
        RecordFile file = new RecordFile(paths, access, opened, false);
        store(file, 1, "kept");
        file.abandon(new IllegalStateException("H2 is surprised"));
        file.close();
        OpenFile again = opened();
        assertTrue(again.hasQuarantine());
        assertArrayEquals(new byte[] {1, 2, 3}, again.quarantine().get(7L));
        again.store().closeImmediately();
    }

    private boolean has(String text) throws IOException {
        return Files.readString(paths.data(), StandardCharsets.ISO_8859_1).contains(text);
    }

    @Test
    void aFileThatCannotBeMendedIsBrokenAndMendedByTheNextUse() throws IOException {
        RecordFile file = open(false);
        store(file, 1, "kept");
        put(file, 1, new byte[] {'x'});
        disk.failWith(onOpen());
        IOException cause = new IOException("disk");
        file.abandon(cause);
        assertEquals(1, cause.getSuppressed().length);
        assertTrue(file.isBroken());
        assertEquals(0, disk.openFiles());
        assertThrows(IllegalStateException.class, file::commit);
        assertThrows(RuntimeException.class, () -> file.scan(0, 10));
        assertThrows(RuntimeException.class, file::tidy);
        disk.failWith(NONE);
        file.tidy();
        assertFalse(file.isBroken());
        assertEquals(Map.of(1L, "kept"), texts(file));

        disk.failWith(onOpen());
        file.abandon(new IOException("again"));
        disk.failWith(NONE);
        store(file, 1, "kept");
        disk.failWith(onOpen());
        file.abandon(new IOException("at the end"));
        disk.failWith(NONE);
        file.close();
        assertEquals(0, disk.openFiles());
        assertEquals(Map.of(1L, "kept"), reopened());
    }

    private static SimulatedDisk.Fault onOpen() {
        return operation -> {
            if (operation instanceof Open) {
                throw new IOException("cannot be opened");
            }
        };
    }

    /** Somebody has put an older file in its place: what was reported as stored must not be gone without a word. */
    @Test
    void aFileThatHasLessThanWasStoredIsNotUsed() throws IOException {
        RecordFile file = open(false);
        store(file, 1, "old");
        Path old = folder.resolve("old");
        Files.copy(paths.data(), old);
        store(file, 2, "stored");
        disk.failWith(onOpen());
        file.abandon(new IOException("disk"));
        disk.failWith(NONE);
        Path newer = folder.resolve("newer");
        Files.move(paths.data(), newer);
        Files.copy(old, paths.data());
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> file.scan(0, 10));
        assertTrue(String.valueOf(refused.getMessage()).contains("was stored"), refused::getMessage);
        assertTrue(String.valueOf(refused.getMessage()).contains(paths.data().toString()), refused::getMessage);
        assertEquals(0, disk.openFiles());
        assertTrue(file.isBroken());
        Files.move(newer, paths.data(), StandardCopyOption.REPLACE_EXISTING);
        assertEquals(Map.of(1L, "old", 2L, "stored"), texts(file));
        file.close();
    }

    /** At POWER the taking back has to survive a loss of power as well: the batch has been reported as failed. */
    @Test
    void whatIsTakenBackIsTakenBackOnTheDisk() throws IOException {
        RecordFile file = open(true);
        store(file, 1, "before");
        disk.failWith(operation -> {
            if (operation instanceof Force) {
                throw new IOException("cannot be forced");
            }
        });
        put(file, 1, new byte[] {'x'});
        assertThrows(RuntimeException.class, file::commit);
        disk.failWith(NONE);
        disk.remember(paths.data());
        file.abandon(new IOException("disk"));
        assertTrue(disk.count(Write.class) > 0, "a further commit");
        assertTrue(disk.lastIs(Force.class));
        assertEquals(Map.of(1L, "before"), texts(file));
        file.close();
    }

    @Test
    void aScanGivesTheFirstRecordsFromAKeyOn() throws IOException {
        RecordFile file = open(false);
        for (int key = 0; key < 5; key++) {
            store(file, key, "text " + key);
        }
        assertEquals(
                List.of(2L, 3L), file.scan(2, 2).stream().map(StoredRecord::key).toList());
        assertEquals(5, file.scan(0, 5).size());
        assertEquals(5, file.scan(0, 6).size());
        file.close();
    }

    @Test
    void aRecordThatIsDamagedWhileTheFileIsOpenIsNotShown() throws IOException {
        OpenFile opened = opened();
        RecordFile file = new RecordFile(paths, access, opened, false);
        store(file, 1, "whole");
        opened.records().put(2L, new byte[] {1, 2, 3});
        StoreException refused = assertThrows(StoreException.class, () -> file.scan(0, 10));
        assertTrue(refused.getMessage().contains("Record 2 "), refused::getMessage);
        assertTrue(refused.getMessage().contains(paths.data().toString()), refused::getMessage);
        opened.store().closeImmediately();
    }

    @Test
    void aFileThatIsClosedSaysSoItself() throws IOException {
        RecordFile file = open(false);
        store(file, 1, "text");
        assertFalse(isClean());
        file.close();
        assertTrue(isClean());
        assertEquals(0, disk.openFiles());
    }

    private boolean isClean() throws IOException {
        return FileHead.read(ByteBuffer.wrap(Files.readAllBytes(paths.data()))).isClean();
    }

    @Test
    void aFileThatCannotBeClosedInOrderIsClosedAllTheSame() throws IOException {
        RecordFile file = open(false);
        store(file, 1, "text");
        disk.failWith(operation -> {
            if (operation instanceof Write) {
                throw new IOException("broken");
            }
        });
        assertThrows(RuntimeException.class, file::close);
        assertEquals(0, disk.openFiles());
        disk.failWith(NONE);
        assertEquals(Map.of(1L, "text"), reopened());
    }

    /** Found by mutation: the new file was there, and the store took it for an old one that has less than was stored. */
    @Test
    void aPauseThatCannotOpenTheSmallerFileIsFollowedByOneThatCan() throws IOException {
        RecordFile file = stretched(0, 6);
        for (int key = 0; key < 10; key++) {
            store(file, key, "kept");
        }
        int[] opens = {0};
        disk.failWith(operation -> {
            if (operation instanceof Open && ++opens[0] == 3) {
                throw new IOException("cannot be opened");
            }
        });
        RuntimeException failure = assertThrows(RuntimeException.class, file::tidy);
        disk.failWith(onOpen());
        file.abandon(failure);
        assertTrue(file.isBroken());
        disk.failWith(NONE);
        file.tidy();
        assertEquals(10, texts(file).size());
        file.close();
    }

    /** However far that came: at each of the files that it opens. */
    @Test
    void aMostlyEmptyFileThatCannotBeMadeSmallerIsClosedAsItIs() throws IOException {
        for (int failing = 1; failing <= 3; failing++) {
            RecordFile file = stretched(0, 6);
            store(file, 1, "kept");
            int[] opens = {0};
            int failure = failing;
            disk.failWith(operation -> {
                if (operation instanceof Open && ++opens[0] == failure) {
                    throw new IOException("cannot be opened");
                }
            });
            file.close();
            assertTrue(opens[0] >= failing, "opened " + opens[0]);
            assertEquals(0, disk.openFiles());
            disk.failWith(NONE);
            assertEquals(Map.of(1L, "kept"), reopened(), "file " + failing);
        }
    }
}
