package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is set aside stays, under a name of its own and for the owner only; what takes its place does so in one step. */
class StorePathsTest {

    private static final byte[] DATA = "0123456789".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    private StorePaths paths;

    @BeforeEach
    void writeData() throws IOException {
        paths = new StorePaths(folder, "client");
        Files.write(paths.data(), DATA);
    }

    private void assertOwnerOnly(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertEquals(
                    Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE),
                    Files.getPosixFilePermissions(file));
        }
    }

    @Test
    void aDraftIsEmptyAndForTheOwnerWhateverACrashHasLeft() throws IOException {
        Files.write(paths.draft(), new byte[100]);
        paths.makeEmptyDraft();
        assertEquals(0, Files.size(paths.draft()));
        assertOwnerOnly(paths.draft());
    }

    @Test
    void aNameThatADeadLinkHasIsNotTaken() throws IOException {
        Path first = paths.copyDataAside();
        Files.delete(first);
        assumeTrue(supportsLinks(first), "no symbolic links here");
        Path second = paths.keepDataAside();
        assertNotEquals(first, second);
        assertArrayEquals(DATA, Files.readAllBytes(second));
    }

    private boolean supportsLinks(Path link) throws IOException {
        try {
            Files.createSymbolicLink(link, folder.resolve("gone"));
            return true;
        } catch (UnsupportedOperationException e) {
            return false;
        }
    }

    @Test
    void aDraftTakesThePlaceOfTheData() throws IOException {
        for (byte[] next : new byte[][] {{1}, {2}}) {
            Files.write(paths.draft(), next);
            paths.promoteDraft();
            assertArrayEquals(next, Files.readAllBytes(paths.data()));
            assertFalse(Files.exists(paths.draft()));
            Files.delete(paths.data());
        }
    }

    @Test
    void eachThingThatIsSetAsideHasANameOfItsOwn() throws IOException {
        Path copied = paths.copyDataAside();
        Path kept = paths.keepDataAside();
        Path moved = paths.moveDataAside();
        assertEquals(3, Set.of(copied, kept, moved).size());
        for (Path aside : new Path[] {copied, kept, moved}) {
            assertArrayEquals(DATA, Files.readAllBytes(aside), aside::toString);
        }
        assertFalse(Files.exists(paths.data()));
    }

    @Test
    void aCopyStaysAsItIsWhenTheDataChanges() throws IOException {
        Path copied = paths.copyDataAside();
        Files.write(paths.data(), new byte[] {1});
        assertArrayEquals(DATA, Files.readAllBytes(copied));
    }

    @Test
    void somethingElseInThePlaceOfTheDataDoesNotChangeWhatWasKept() throws IOException {
        Path kept = paths.keepDataAside();
        Files.write(paths.draft(), new byte[] {1});
        paths.promoteDraft();
        assertArrayEquals(DATA, Files.readAllBytes(kept));
    }

    /** A commit that is taken back is not found again, and its bytes are still there for who wants them. */
    @Test
    void bytesAreMovedAsideAndTheFirstOfThemAreZero() throws IOException {
        Path aside = paths.moveBytesAside(3, 5, 2);
        assertEquals("34567", Files.readString(aside));
        assertArrayEquals(new byte[] {'0', '1', '2', 0, 0, '5', '6', '7', '8', '9'}, Files.readAllBytes(paths.data()));
        assertOwnerOnly(aside);
    }

    @Test
    void aCommitThatTheEndOfTheFileCutsIsMovedAsFarAsItGoes() throws IOException {
        Path aside = paths.moveBytesAside(7, Integer.MAX_VALUE + 10L, 1);
        assertEquals("789", Files.readString(aside));
        assertTrue(Files.readString(paths.data()).startsWith("0123456\0"));
    }

    @Test
    void twoNamesOfOneFolderAreOneStoreAndAFolderThatIsNotThereIsNotMade() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(folder.resolve("real")));
        assertEquals(
                folder.toRealPath().resolve("real"),
                new StorePaths(link, "client").real().folder());
        StorePaths missing = new StorePaths(folder.resolve("missing"), "client");
        assertEquals(missing, missing.real());
        assertFalse(Files.exists(missing.folder()));
    }
}
