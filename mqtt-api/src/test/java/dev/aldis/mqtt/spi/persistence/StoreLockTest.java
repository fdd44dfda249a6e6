package dev.aldis.mqtt.spi.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store has one owner, and whoever was refused leaves nothing behind. */
class StoreLockTest {

    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() throws IOException {
        file = folder.toRealPath().resolve("client.lock");
    }

    private String refusal() {
        StoreException refused =
                assertThrows(StoreException.class, () -> StoreLock.take(file).close());
        assertTrue(refused.getMessage().contains(file.toString()), refused::getMessage);
        return refused.getMessage();
    }

    private long openChannels() throws IOException {
        assumeTrue(Files.isDirectory(OPEN_FILES), "open files cannot be counted here");
        try (Stream<Path> links = Files.list(OPEN_FILES)) {
            return links.filter(this::isOurs).count();
        }
    }

    private boolean isOurs(Path link) {
        try {
            return Files.readSymbolicLink(link).equals(file);
        } catch (IOException e) {
            // The one that listed the folder is gone by now.
            return false;
        }
    }

    @Test
    void aLockThatIsHeldIsRefusedUntilItIsGivenBack() throws IOException {
        StoreLock first = StoreLock.take(file);
        for (int i = 0; i < 2; i++) {
            assertTrue(refusal().contains("in use by this process"));
        }
        StoreLock.take(folder.toRealPath().resolve("other.lock")).close();
        assertTrue(refusal().contains("in use by this process"));
        first.close();
        StoreLock.take(file).close();
        assertTrue(Files.exists(file), "deleting it would let two openers lock two different files");
    }

    @Test
    void otherProcessesSeeItAsLongAsItIsHeld() throws IOException {
        StoreLock held = StoreLock.take(file);
        try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
            // Within one process the lock of the system is refused by an exception.
            assertThrows(OverlappingFileLockException.class, other::tryLock);
        }
        held.close();
        try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock taken = other.tryLock()) {
            assertTrue(taken.isValid());
        }
    }

    @Test
    void whatTheSystemRefusesIsRefusedLeavesNoFileOpenAndCanBeTakenLater() throws IOException {
        try (FileChannel other = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                FileLock taken = other.tryLock()) {
            assertTrue(taken.isValid());
            assertTrue(refusal().contains("in use by another process"));
            assertTrue(refusal().contains("in use by another process"));
        }
        StoreLock.take(file).close();
    }

    @Test
    void noChannelIsLeftOpen() throws IOException {
        long before = openChannels();
        StoreLock held = StoreLock.take(file);
        assertEquals(before + 1, openChannels());
        refusal();
        assertEquals(before + 1, openChannels());
        held.close();
        try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock taken = other.tryLock()) {
            assertTrue(taken.isValid());
            refusal();
            assertEquals(before + 1, openChannels());
        }
        assertEquals(before, openChannels());
    }

    @Test
    void aFileThatCannotBeMadeCanBeTakenWhenItCan() throws IOException {
        Path later = folder.toRealPath().resolve("later");
        file = later.resolve("client.lock");
        assertThrows(NoSuchFileException.class, () -> StoreLock.take(file));
        Files.createDirectory(later);
        StoreLock.take(file).close();
    }

    @Test
    void itsFileIsForTheOwnerAndKeepsWhatIsInIt() throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "no owners here");
        StoreLock.take(file).close();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        byte[] content = {1, 2, 3};
        Files.write(file, content);
        StoreLock.take(file).close();
        assertArrayEquals(content, Files.readAllBytes(file));
    }
}
