package dev.aldis.mqtt.spi.persistence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy to look into: whole, apart from the store, and gone when it is closed. */
class TemporaryCopyTest {

    private static final StoreRequest REQUEST =
            new StoreRequest(URI.create("h2:./place"), "somebody", Durability.PROCESS, damage -> {});

    @TempDir
    Path temporary;

    private Path folder;
    private Path lock;

    @BeforeEach
    void nameFiles() throws IOException {
        folder = temporary.toRealPath();
        lock = folder.resolve("client.lock");
    }

    private static List<String> tree(Path root) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted().toList()) {
                String content = Files.isDirectory(file) ? "/" : "=" + Files.readString(file);
                names.add(root.relativize(file) + content);
            }
        }
        return names;
    }

    /** How many copies there are of something with a name that nothing else has. */
    private static int copiesOf(String name) throws IOException {
        int count = 0;
        Path all = Path.of(System.getProperty("java.io.tmpdir"));
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(all, "aldis-mqtt-*")) {
            for (Path each : folders) {
                count += Files.exists(each.resolve(name)) ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void aFileAndAFolderAreCopiedWithTheirNames() throws IOException {
        Path file = Files.writeString(folder.resolve("client.mv.db"), "records");
        try (TemporaryCopy copy = TemporaryCopy.of(REQUEST, file, lock)) {
            assertEquals(List.of("/", "client.mv.db=records"), tree(copy.folder()));
            assertEquals(copy.folder().toRealPath(), copy.folder());
        }
        Path inner = Files.createDirectories(folder.resolve("queue/inner"));
        Files.writeString(inner.resolve("one"), "1");
        Files.writeString(folder.resolve("queue/two"), "2");
        try (TemporaryCopy copy = TemporaryCopy.of(REQUEST, folder.resolve("queue"), lock)) {
            assertEquals(
                    List.of("/", "queue/", "queue/inner/", "queue/inner/one=1", "queue/two=2"), tree(copy.folder()));
        }
        assertFalse(Files.exists(lock), "a lock that was not there is not made");
    }

    @Test
    void whateverIsDoneToTheCopyTheStoreStaysAndTheCopyIsTheOwners() throws IOException {
        Path file = Files.writeString(folder.resolve("client.mv.db"), "records");
        try (TemporaryCopy copy = TemporaryCopy.of(REQUEST, file, lock)) {
            Files.writeString(copy.folder().resolve("client.mv.db"), "changed");
            assertEquals("records", Files.readString(file));
            if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(copy.folder())));
            }
        }
    }

    @Test
    void aCopyThatIsClosedIsGoneAndMayBeClosedAgain() throws IOException {
        Path data = Files.createDirectories(folder.resolve("queue/inner")).getParent();
        Files.writeString(data.resolve("inner/one"), "1");
        TemporaryCopy copy = TemporaryCopy.of(REQUEST, data, lock);
        assertTrue(Files.exists(copy.folder()));
        copy.close();
        assertFalse(Files.exists(copy.folder()));
        copy.close();
        assertArrayEquals(new byte[] {'1'}, Files.readAllBytes(data.resolve("inner/one")));
    }

    @Test
    void aStoreThatIsNotThereIsAnErrorThatNamesThePlace() {
        Path missing = folder.resolve("client.mv.db");
        StoreException refused = assertThrows(StoreException.class, () -> TemporaryCopy.of(REQUEST, missing, lock));
        for (String part : List.of("'somebody'", "h2:./place", missing.toString())) {
            assertTrue(refused.getMessage().contains(part), refused::getMessage);
        }
    }

    @Test
    void aStoreThatIsOpenIsRefusedAndOneThatIsNotIsFreeAfterIt() throws IOException {
        String name = UUID.randomUUID().toString();
        Path data = Files.writeString(folder.resolve(name), "records");
        StoreLock held = StoreLock.take(lock);
        StoreException refused = assertThrows(StoreException.class, () -> TemporaryCopy.of(REQUEST, data, lock));
        assertTrue(refused.getMessage().contains("in use"), refused::getMessage);
        held.close();
        assertEquals(0, copiesOf(name));
        try (TemporaryCopy copy = TemporaryCopy.of(REQUEST, data, lock)) {
            StoreLock.take(lock).close();
            assertTrue(Files.exists(copy.folder().resolve(name)));
            assertEquals(1, copiesOf(name));
        }
        assertEquals(0, copiesOf(name));
    }

    /** A link to nothing can be seen and not be copied. */
    @Test
    void aCopyThatFailsInTheMiddleIsGoneAndTheStoreIsFree() throws IOException {
        String name = UUID.randomUUID().toString();
        Path data = Files.createDirectory(folder.resolve(name));
        Files.createSymbolicLink(data.resolve("link"), folder.resolve("nothing"));
        StoreLock.take(lock).close();
        assertThrows(IOException.class, () -> TemporaryCopy.of(REQUEST, data, lock));
        assertEquals(0, copiesOf(name));
        StoreLock.take(lock).close();
    }
}
