package dev.aldis.mqtt.spi.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stores make is for their owner, also where it is made piece by piece; where there are no owners, it is made all the same. */
class OwnerOnlyTest {

    @TempDir
    Path folder;

    private void assumePosix() {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "no owners here");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void eachFolderThatIsMadeIsForTheOwner() throws IOException {
        assumePosix();
        Path inner = folder.resolve("outer/inner");
        OwnerOnly.createFolders(inner);
        OwnerOnly.createFolders(inner);
        assertEquals("rwx------", permissions(inner));
        assertEquals("rwx------", permissions(inner.getParent()));
    }

    @Test
    void aFileThatIsMadeIsForTheOwnerAndOneThatIsThereStaysAsItIs() throws IOException {
        assumePosix();
        Path file = folder.resolve("file");
        OwnerOnly.createFile(file);
        assertEquals("rw-------", permissions(file));
        assertEquals(0, Files.size(file));
        Files.write(file, new byte[] {1, 2});
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        OwnerOnly.createFile(file);
        assertArrayEquals(new byte[] {1, 2}, Files.readAllBytes(file));
        assertEquals("rw-r-----", permissions(file));
    }

    @Test
    void somethingElseThatHasTheNameOfAFileIsAnError() throws IOException {
        Path taken = Files.createDirectory(folder.resolve("taken"));
        assertThrows(FileAlreadyExistsException.class, () -> OwnerOnly.createFile(taken));
        assertTrue(Files.isDirectory(taken));
        assertThrows(
                NoSuchFileException.class,
                () -> OwnerOnly.createFile(folder.resolve("missing").resolve("file")));
    }

    @Test
    void aFolderThatIsForcedHasToBeThere() throws IOException {
        assumePosix();
        OwnerOnly.forceFolder(folder);
        assertThrows(NoSuchFileException.class, () -> OwnerOnly.forceFolder(folder.resolve("missing")));
    }

    /** As in the file system of an archive, which also cannot open a folder to force it. */
    @Test
    void whereAreNoOwnersFilesAreMadeWithoutThem() throws IOException {
        URI archive = URI.create("jar:" + folder.resolve("archive.zip").toUri());
        try (FileSystem files = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            Path inner = files.getPath("/outer/inner");
            assertEquals(0, OwnerOnly.file(inner).length);
            OwnerOnly.createFolders(inner);
            OwnerOnly.createFile(inner.resolve("file"));
            OwnerOnly.forceFolder(inner);
            assertTrue(Files.isRegularFile(inner.resolve("file")));
        }
    }
}
