package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.ProviderException;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProviders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class H2StoreProviderTest {

    @TempDir
    Path folder;

    @Test
    void isFoundByItsScheme() {
        assertSame(H2StoreProvider.class, StoreProviders.forScheme("h2").getClass());
        assertSame(H2StoreProvider.class, StoreProviders.forScheme("H2").getClass());
    }

    @Test
    void anUnknownSchemeIsToldTheSchemesThereAre() {
        ProviderException failure = assertThrows(ProviderException.class, () -> StoreProviders.forScheme("h3"));
        assertTrue(failure.getMessage().contains("h3"), failure::getMessage);
        assertTrue(failure.getMessage().contains("h2"), failure::getMessage);
    }

    @Test
    void makesTheFolderAndAllAboveIt() {
        Path deep = folder.resolve("a/b/c");
        TestStores.open(deep).close();
        assertTrue(Files.isRegularFile(deep.resolve("client.mv.db")));
    }

    @Test
    void onlyTheOwnerMayReadWhatIsMade() throws IOException {
        assumeTrue(
                folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
                "this file system knows no owners");
        Path made = folder.resolve("made");
        try (SessionStore store = TestStores.open(made)) {
            TestStores.put(store, 1, "secret");
            assertPermissions("rwx------", made);
            try (Stream<Path> files = Files.list(made)) {
                for (Path file : files.toList()) {
                    assertPermissions("rw-------", file);
                }
            }
        }
    }

    /** In a folder that others may read as well, and of what a repair sets aside. */
    @Test
    void onlyTheOwnerMayReadWhatIsMadeLater() throws IOException {
        assumeTrue(
                folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
                "this file system knows no owners");
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (SessionStore store = TestStores.open(open)) {
            for (long key = 1; key <= 20; key++) {
                TestStores.put(store, key, "secret".repeat(10_000));
            }
        }
        Path data;
        try (Stream<Path> files = Files.list(open)) {
            data = files.max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(data);
        Arrays.fill(bytes, bytes.length / 4, bytes.length / 2, (byte) 7);
        Files.write(data, bytes);
        List<String> damages = new ArrayList<>();
        try (SessionStore store = TestStores.open(open, damages::add)) {
            TestStores.put(store, 1_000, "secret");
            assertFalse(damages.isEmpty());
            try (Stream<Path> files = Files.list(open)) {
                for (Path file : files.toList()) {
                    assertPermissions("rw-------", file);
                }
            }
        }
    }

    private static void assertPermissions(String expected, Path file) throws IOException {
        assertEquals(expected, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)), file::toString);
    }

    @Test
    void twoNamesOfOneFolderAreOneStore() throws IOException {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        try (SessionStore store = TestStores.open(real)) {
            assertThrows(StoreException.class, () -> TestStores.open(link).close());
            assertThrows(
                    StoreException.class,
                    () -> TestStores.open(real.resolve("../real")).close());
            TestStores.put(store, 1, "still open");
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsNamedWithTheCure() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        StoreException failure = assertThrows(
                StoreException.class,
                () -> TestStores.open(file.resolve("below")).close());
        assertTrue(failure.getMessage().contains(file.resolve("below").toString()), failure::getMessage);
        assertTrue(failure.getMessage().contains("may write"), failure::getMessage);
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamedWithTheCure() throws IOException {
        Path locked = Files.createDirectory(folder.resolve("locked"));
        assumeTrue(locked.toFile().setWritable(false), "this file system cannot lock a folder");
        assumeFalse(Files.isWritable(locked), "this user may write everywhere");
        StoreException failure =
                assertThrows(StoreException.class, () -> TestStores.open(locked).close());
        assertTrue(failure.getMessage().contains(locked.toString()), failure::getMessage);
        assertTrue(failure.getMessage().contains("may write"), failure::getMessage);
    }

    @Test
    void aFailedOpeningLeavesNothingLocked() throws IOException {
        Files.createDirectory(folder.resolve("client.mv.db"));
        assertThrows(StoreException.class, () -> TestStores.open(folder).close());
        Files.delete(folder.resolve("client.mv.db"));
        try (SessionStore store = TestStores.open(folder)) {
            TestStores.put(store, 1, "works now");
            assertEquals(Map.of(1L, "works now"), TestStores.texts(store));
        }
    }

    @Test
    void aHalfMadeFileOfACrashIsForgotten() throws IOException {
        Files.write(folder.resolve("client.new"), new byte[12345]);
        try (SessionStore store = TestStores.open(folder)) {
            assertEquals(Map.of(), TestStores.texts(store));
        }
        assertFalse(Files.exists(folder.resolve("client.new")));
    }

    @Test
    void aListenerThatFailsDoesNotKeepTheStoreFromOpening() throws IOException {
        Files.write(folder.resolve("client.mv.db"), new byte[] {1, 2, 3});
        try (SessionStore store = TestStores.open(folder, damage -> {
            throw new IllegalStateException("listener");
        })) {
            assertEquals(Map.of(), TestStores.texts(store));
        }
    }
}
