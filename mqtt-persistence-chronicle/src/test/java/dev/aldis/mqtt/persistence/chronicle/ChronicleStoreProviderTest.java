package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreProviders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ChronicleStoreProviderTest {

    @TempDir
    Path folder;

    @Test
    void isFoundByItsScheme() {
        assertEquals(
                ChronicleStoreProvider.class,
                StoreProviders.forScheme("chronicle").getClass());
    }

    @Test
    void onlyTheOwnerMayReadWhatIsMade() throws IOException {
        assumeTrue(
                folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
                "this file system knows no owners");
        Path made = folder.resolve("made/below");
        try (SessionStore store = TestStores.open(made)) {
            TestStores.put(store, 1, "secret");
            assertOwnerOnly(folder.resolve("made"));
        }
    }

    /** In a folder that others may read as well, and of what comes later: the next files, and what a repair sets aside. */
    @Test
    void onlyTheOwnerMayReadWhatIsMadeLater() throws IOException {
        assumeTrue(
                folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
                "this file system knows no owners");
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (SessionStore store = TestStores.open(open)) {
            for (long key = 1; TestStores.segments(open).size() < 3; key++) {
                TestStores.put(store, key, "secret".repeat(100_000));
                assertOwnerOnly(open);
            }
        }
        Path segment = TestStores.segments(open).get(0);
        byte[] bytes = Files.readAllBytes(segment);
        Arrays.fill(bytes, bytes.length / 4, bytes.length / 2, (byte) 7);
        Files.write(segment, bytes);
        List<String> damages = new ArrayList<>();
        try (SessionStore store = TestStores.open(open, damages::add)) {
            TestStores.put(store, 1_000, "secret");
            assertFalse(damages.isEmpty());
            assertOwnerOnly(open);
        }
    }

    private static void assertOwnerOnly(Path root) throws IOException {
        boolean given = PosixFilePermissions.toString(Files.getPosixFilePermissions(root))
                .equals("rwxr-xr-x");
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.skip(given ? 1 : 0).toList()) {
                String expected = Files.isDirectory(file) ? "rwx------" : "rw-------";
                assertEquals(
                        expected, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)), file::toString);
            }
        }
    }

    @Test
    void twoNamesOfOneFolderAreOneStore() throws IOException {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        try (SessionStore store = TestStores.open(real)) {
            assertThrows(StoreException.class, () -> TestStores.open(link).close());
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
    void aStoreThatWasOpenedAndNotUsedLeavesItsLockOnly() throws IOException {
        TestStores.open(folder).close();
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("client.chronicle.lock")), files.toList());
        }
    }

    @Test
    void whatAnUnfinishedOpeningLeftIsRemoved() throws IOException {
        Path left = Files.createDirectories(folder.resolve("client.chronicle/7-0123456789abcdef"));
        Files.write(left.resolve("metadata.cq4t"), new byte[100]);
        Files.write(StorePaths.segment(left, 7), new byte[65536]);
        try (SessionStore store = TestStores.open(folder)) {
            TestStores.put(store, 1, "record");
            assertFalse(Files.exists(left));
        }
    }

    @Test
    void filesOfOthersInTheFolderAreLeftAlone() throws IOException {
        Files.createDirectories(folder.resolve("client.chronicle/notes"));
        Path theirs = Files.writeString(folder.resolve("client.chronicle/notes/20200101-0000.cq4"), "theirs");
        try (SessionStore store = TestStores.open(folder)) {
            TestStores.put(store, 1, "record");
        }
        assertEquals("theirs", Files.readString(theirs));
        try (SessionStore store = TestStores.open(folder)) {
            assertEquals(Map.of(1L, "record"), TestStores.texts(store));
        }
    }

    @Test
    void aListenerThatFailsDoesNotKeepTheStoreFromOpening() throws IOException {
        try (SessionStore store = TestStores.open(folder)) {
            TestStores.put(store, 1, "record");
        }
        Files.write(TestStores.segments(folder).get(0), new byte[] {1, 2, 3, 4, 5});
        try (SessionStore store = TestStores.open(folder, damage -> {
            throw new IllegalStateException("listener");
        })) {
            assertEquals(Map.of(), TestStores.texts(store));
        }
    }

    @Test
    void damageIsToldToWhoOpensTheStore() throws IOException {
        try (SessionStore store = TestStores.open(folder)) {
            TestStores.put(store, 1, "record");
        }
        Files.write(TestStores.segments(folder).get(0), new byte[] {1, 2, 3, 4, 5});
        List<String> damage = new ArrayList<>();
        TestStores.open(folder, damage::add).close();
        assertEquals(1, damage.size(), damage::toString);
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void onlyAtPowerACommitIsForced(Durability durability) {
        FaultyFiles files = new FaultyFiles();
        try (SessionStore store = TestStores.openSmall(folder, files, durability, TestStores::noDamage)) {
            CompletableFuture<Integer> forced = new CompletableFuture<>();
            // On the store's thread, which forces what there is as soon as it has nothing to do for a second.
            store.append(
                    TestStores.putting(1, "record"),
                    TestStores.stored(() -> forced.complete(files.count(FaultyFiles.Step.FORCE))));
            assertEquals(durability == Durability.POWER ? 1 : 0, forced.join());
        }
    }

    @Test
    void aStoreThatCannotBeOpenedIsNotInUse() {
        FaultyFiles files = new FaultyFiles();
        files.fail(FaultyFiles.Step.CREATE, "no room");
        assertThrows(
                StoreException.class,
                () -> TestStores.openSmall(folder, files, Durability.PROCESS, TestStores::noDamage)
                        .close());
        TestStores.open(folder).close();
    }

    /** Before anything of it is loaded, since it would look at them once. */
    @Test
    void whoOpensAStoreOrLooksIntoItHasChronicleChecked() {
        String property = "chronicle.disk.monitor.disable";
        System.clearProperty(property);
        try (SessionStore store = TestStores.open(folder)) {
            assertEquals("true", System.getProperty(property));
            TestStores.put(store, 1, "record");
        }
        System.clearProperty(property);
        new ChronicleStoreProvider()
                .openForReading(TestStores.request(folder, Durability.PROCESS, TestStores::noDamage))
                .close();
        assertEquals("true", System.getProperty(property));
    }

    @Test
    void chronicleWatchesNoDiskAndReportsToNobody() {
        try (SessionStore store = TestStores.open(folder)) {
            TestStores.put(store, 1, "record");
            Set<Thread> threads = Thread.getAllStackTraces().keySet();
            assertTrue(
                    threads.stream().noneMatch(thread -> thread.getName().contains("disk~space")), threads::toString);
        }
        assertThrows(ClassNotFoundException.class, () -> Class.forName("net.openhft.chronicle.analytics.Analytics"));
    }

    @Test
    void theStoresThreadKeepsNoProcessAlive() {
        try (SessionStore store = TestStores.open(folder)) {
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            store.append(
                    TestStores.putting(1, "record"), TestStores.stored(() -> thread.complete(Thread.currentThread())));
            assertTrue(thread.join().isDaemon());
            assertTrue(thread.join().getName().startsWith("aldis-mqtt-chronicle"));
        }
    }
}
