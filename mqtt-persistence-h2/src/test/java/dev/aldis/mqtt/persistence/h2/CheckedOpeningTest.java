package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.h2.SimulatedDisk.Read;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.Page;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How far an opening goes back, what it leaves alone, and what it leaves behind. */
@Timeout(60)
class CheckedOpeningTest {

    private static final int BLOCK_BYTES = 4096;
    private static final int COMMITS = 20;
    private static final int RECORDS_PER_COMMIT = 100;
    private static final String PASSWORD = "dev.aldis.mqtt.persistence.h2.CheckedOpeningTest";
    private static final SimulatedDisk.Fault NONE = operation -> {};

    @TempDir
    Path folder;

    private final List<String> damage = new ArrayList<>();
    private SimulatedDisk disk;
    private String parameters = "";

    @BeforeEach
    void startDisk() {
        disk = new SimulatedDisk();
        System.setProperty(PASSWORD, "secret");
    }

    @AfterEach
    void stopDisk() {
        assertEquals(0, disk.openFiles(), "files that were left open");
        disk.close();
        System.clearProperty(PASSWORD);
    }

    private void encrypt() {
        parameters = "?cipher=AES&password=property:" + PASSWORD;
    }

    private Path data() {
        return folder.resolve("client.mv.db");
    }

    private SessionStore open() {
        URI location = URI.create("h2:" + folder + parameters);
        return new H2StoreProvider(disk.fileSystem())
                .open(new StoreRequest(location, "client", Durability.PROCESS, damage::add));
    }

    private Map<Long, String> contents() {
        try (SessionStore store = open()) {
            return TestStores.texts(store);
        }
    }

    private static String text(long key) {
        return "<record " + key + ">";
    }

    /** Each commit has records of its own, so that each of them is still needed; the bytes as a killed process leaves them. */
    private byte[] fillAndCrash() throws IOException {
        byte[] bytes;
        try (SessionStore store = open()) {
            for (int commit = 0; commit < COMMITS; commit++) {
                ChangeBatch batch = new ChangeBatch();
                for (int i = 0; i < RECORDS_PER_COMMIT; i++) {
                    long key = (long) commit * RECORDS_PER_COMMIT + i;
                    batch.put(key, 1, ByteBuffer.wrap(text(key).getBytes(StandardCharsets.UTF_8)));
                }
                TestStores.apply(store, batch);
            }
            bytes = Files.readAllBytes(data());
        }
        Files.write(data(), bytes);
        return bytes;
    }

    /** Where the commits begin, by their numbers. */
    private static NavigableMap<Long, Integer> commits(byte[] bytes) {
        TreeMap<Long, Integer> starts = new TreeMap<>();
        for (int start = 2 * BLOCK_BYTES; start < bytes.length; start += BLOCK_BYTES) {
            String head = new String(bytes, start, 500, StandardCharsets.ISO_8859_1);
            if (head.startsWith("chunk:")) {
                starts.put(number(head, "version"), start);
            }
        }
        return starts;
    }

    private static long number(String line, String name) {
        Matcher found = Pattern.compile("\\b" + name + ":([0-9a-f]+)").matcher(line);
        assertTrue(found.find(), line);
        return Long.parseLong(found.group(1), 16);
    }

    private static int lengthBytes(byte[] bytes, int start) {
        String head = new String(bytes, start, 500, StandardCharsets.ISO_8859_1);
        return (int) number(head, "len") * BLOCK_BYTES;
    }

    /** Changes a byte of the records of each of the newest commits. */
    private static byte[] withTornCommits(byte[] whole, int torn) {
        byte[] bytes = whole.clone();
        for (int i = 1; i <= torn; i++) {
            String text = text((long) (COMMITS - i) * RECORDS_PER_COMMIT + 10);
            int start = commits(whole).get(commits(whole).lastKey() - i + 1);
            int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text, start);
            assertTrue(at > start && at < start + lengthBytes(whole, start), text + " is in its commit");
            bytes[at] ^= 1;
        }
        return bytes;
    }

    @Test
    void asManyTornCommitsAsTheSystemMayLoseAreTakenBackAndKeptAside() throws IOException {
        byte[] whole = fillAndCrash();
        byte[] torn = withTornCommits(whole, 16);
        Files.write(data(), torn);
        assertEquals(4 * RECORDS_PER_COMMIT, contents().size());
        assertEquals(16, damage.size(), damage::toString);
        NavigableMap<Long, Integer> commits = commits(whole);
        for (int i = 0; i < 16; i++) {
            long version = commits.lastKey() - i;
            String report = damage.get(i);
            assertTrue(report.startsWith("Commit " + version + " of the store " + data() + " "), report);
            int start = commits.get(version);
            byte[] kept = Arrays.copyOfRange(torn, start, start + lengthBytes(whole, start));
            assertArrayEquals(kept, Files.readAllBytes(asideOf(report)), report);
        }
        damage.clear();
        assertEquals(4 * RECORDS_PER_COMMIT, contents().size());
        assertEquals(List.of(), damage, "reported once");
    }

    private static Path asideOf(String report) {
        return Path.of(report.substring(report.lastIndexOf(' ') + 1));
    }

    @Test
    void moreThanThatAreDamageOfAnotherKindAndCostOnlyWhatIsDamaged() throws IOException {
        Files.write(data(), withTornCommits(fillAndCrash(), 17));
        assertEquals(4 * RECORDS_PER_COMMIT - 1, contents().size());
        assertTrue(damage.size() > 16, damage::toString);
    }

    /** As they were in the file, so that the password reads them. */
    @Test
    void theBytesOfATornCommitOfAnEncryptedFileAreKeptAsTheyWere() throws IOException {
        encrypt();
        byte[] bytes = fillAndCrash();
        bytes[bytes.length - BLOCK_BYTES - 100] ^= 1;
        Files.write(data(), bytes);
        assertEquals((COMMITS - 1) * RECORDS_PER_COMMIT, contents().size());
        assertEquals(1, damage.size(), damage::toString);
        byte[] kept = Files.readAllBytes(asideOf(damage.get(0)));
        assertTrue(kept.length > BLOCK_BYTES && kept.length % BLOCK_BYTES == 0, "kept " + kept.length);
        assertArrayEquals(Arrays.copyOfRange(bytes, bytes.length - kept.length, bytes.length), kept);
    }

    @Test
    void aFileThatCannotBeMadeIsAnErrorThatSaysSoAndTheNextOpeningMakesIt() {
        for (Class<?> failing : List.of(SimulatedDisk.Open.class, SimulatedDisk.Write.class)) {
            disk.failWith(operation -> {
                if (failing.isInstance(operation)) {
                    throw new IOException("no space");
                }
            });
            StoreException refused = assertThrows(StoreException.class, this::contents);
            assertTrue(refused.getMessage().contains("no space"), refused::getMessage);
            assertTrue(refused.getMessage().contains(data().toString()), refused::getMessage);
            assertTrue(refused.getMessage().contains("check the disk"), refused::getMessage);
            assertEquals(0, disk.openFiles());
        }
        disk.failWith(NONE);
        assertEquals(Map.of(), contents());
        assertEquals(List.of(), damage);
    }

    /** Both copies are in the first two blocks; all commits are there, and nothing says that there was none behind them. */
    @Test
    void withoutItsHeadAFileIsAsAfterItsNewestCommitAndKeptAside() throws IOException {
        byte[] bytes = fillAndCrash();
        Arrays.fill(bytes, 0, 2 * BLOCK_BYTES, (byte) 0);
        Files.write(data(), bytes);
        assertEquals(COMMITS * RECORDS_PER_COMMIT, contents().size());
        assertEquals(1, damage.size(), damage::toString);
        assertTrue(damage.get(0).contains("no longer says which commit is its newest"), damage::toString);
        assertArrayEquals(bytes, Files.readAllBytes(asideOf(damage.get(0))));
        damage.clear();
        assertEquals(COMMITS * RECORDS_PER_COMMIT, contents().size());
        assertEquals(List.of(), damage);
    }

    /** H2 takes a map whose first page it cannot find in its list for an empty one. */
    @Test
    void aFileWhoseRecordsAreNotInItsListIsNotTakenForAnEmptyOne() {
        open().close();
        OpenFile file = FileAccess.PLAIN.open(data());
        file.records().remove(OpenFile.FIRST_KEY);
        file.store().commit();
        file.store().close();
        assertEquals(Map.of(), contents());
        assertEquals(1, damage.size(), damage::toString);
        assertTrue(damage.get(0).contains("the first record is missing"), damage::toString);
    }

    /**
     * It is in an old commit, and the commits before the newest have the same page: to go back would cost what came since.
     */
    @Test
    void aLostFirstPageCostsItsRecordsAndNoCommit() throws IOException {
        byte[] bytes = fillAndCrash();
        OpenFile file = FileAccess.PLAIN.open(data());
        Page<Long, byte[]> page = file.records().getRootPage();
        while (!page.isLeaf()) {
            page = page.getChildPage(0);
        }
        assertEquals(OpenFile.FIRST_KEY, page.getKey(0));
        assertFalse(file.fileStore().isInNewestCommit(page.getPos()));
        int lost = page.getKeyCount() - 1;
        int start = TestStores.startOf(data(), page.getPos());
        file.store().closeImmediately();
        Arrays.fill(bytes, start, start + 8, (byte) 0);
        Files.write(data(), bytes);
        assertEquals(COMMITS * RECORDS_PER_COMMIT - lost, contents().size(), damage::toString);
        assertEquals(1, damage.size(), damage::toString);
        assertArrayEquals(bytes, Files.readAllBytes(asideOf(damage.get(0))));
    }

    /** Its records may all be whole; an older commit would be wrong. */
    @Test
    void aClosedFileWhoseNewestCommitHasALostEndIsStillOpenedAtIt() throws IOException {
        try (SessionStore store = open()) {
            for (int key = 0; key < 5; key++) {
                TestStores.put(store, key, text(key));
            }
        }
        byte[] bytes = Files.readAllBytes(data());
        String head = new String(bytes, 0, BLOCK_BYTES, StandardCharsets.ISO_8859_1);
        int start = (int) number(head, "block") * BLOCK_BYTES;
        int end = start + lengthBytes(bytes, start);
        Arrays.fill(bytes, end - FileHead.FOOT_BYTES, end, (byte) 0);
        Files.write(data(), bytes);
        assertEquals(5, contents().size());
        assertEquals(1, damage.size(), damage::toString);
        assertTrue(damage.get(0).contains("checksum"), damage::toString);
    }

    /** The head is written now and then, and tells how many there have been at least. */
    @Test
    void commitsThatAreGoneWithoutATraceAreCounted() throws IOException {
        byte[] whole = fillAndCrash();
        NavigableMap<Long, Integer> commits = commits(whole);
        long newest = commits.lastKey();
        for (int gone = 1; gone <= 3; gone++) {
            byte[] bytes = whole.clone();
            nameInHead(bytes, newest, commits.get(newest));
            for (int i = 0; i < gone; i++) {
                int start = commits.get(newest - i);
                Arrays.fill(bytes, start, start + lengthBytes(whole, start), (byte) 0);
            }
            Files.write(data(), bytes);
            damage.clear();
            assertEquals((COMMITS - gone) * RECORDS_PER_COMMIT, contents().size(), "gone " + gone);
            assertEquals(1, damage.size(), damage::toString);
            if (gone == 1) {
                assertTrue(damage.get(0).startsWith("Commit " + newest + " "), damage::toString);
                assertTrue(damage.get(0).contains("nothing usable is left of it"), damage::toString);
            } else {
                assertTrue(damage.get(0).startsWith("The last " + gone + " commits "), damage::toString);
                assertArrayEquals(bytes, Files.readAllBytes(asideOf(damage.get(0))));
            }
        }
    }

    private static void nameInHead(byte[] bytes, long version, int start) {
        String words = "H:2,block:" + Integer.toHexString(start / BLOCK_BYTES) + ",blockSize:1000,chunk:"
                + Long.toHexString(version) + ",created:1,format:3,version:" + Long.toHexString(version);
        byte[] text = words.getBytes(StandardCharsets.ISO_8859_1);
        byte[] line = (words + ",fletcher:" + Integer.toHexString(DataUtils.getFletcher32(text, 0, text.length)) + "\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        for (int at : new int[] {0, BLOCK_BYTES}) {
            Arrays.fill(bytes, at, at + BLOCK_BYTES, (byte) 0);
            System.arraycopy(line, 0, bytes, at, line.length);
        }
    }

    @Test
    void aFileThatAnotherProgramHasOpenIsLeftAlone() throws IOException {
        fillAndCrash();
        try (MVStore other = new MVStore.Builder().fileName(data().toString()).open()) {
            assertFalse(other.isClosed());
            StoreException refused = assertThrows(
                    StoreException.class,
                    () -> TestStores.open(folder, damage::add).close());
            assertTrue(refused.getMessage().contains("in use by another program"), refused::getMessage);
            assertTrue(refused.getMessage().contains(data().toString()), refused::getMessage);
        }
        assertEquals(List.of(), damage);
        assertEquals(COMMITS * RECORDS_PER_COMMIT, contents().size());
    }

    @Test
    void aFileThatThisUserMayNotWriteIsAnErrorWithTheCure() throws IOException {
        byte[] whole = fillAndCrash();
        disk.forbidWriting();
        StoreException refused = assertThrows(StoreException.class, this::contents);
        assertTrue(refused.getMessage().contains("give this user the right to write it"), refused::getMessage);
        assertTrue(refused.getMessage().contains(data().toString()), refused::getMessage);
        assertArrayEquals(whole, Files.readAllBytes(data()));
        assertEquals(List.of(), damage);
    }

    @Test
    void aFileThatIsCutDownToTheHeadOfItsEncryptionStartsEmpty() throws IOException {
        encrypt();
        byte[] whole = fillAndCrash();
        for (int length : new int[] {0, 100, BLOCK_BYTES}) {
            byte[] cut = Arrays.copyOf(whole, length);
            Files.write(data(), cut);
            damage.clear();
            assertEquals(Map.of(), contents());
            assertEquals(1, damage.size(), damage::toString);
            assertTrue(damage.get(0).contains(length == 0 ? "(it is empty)" : "(it is cut short)"), damage::toString);
            assertArrayEquals(cut, Files.readAllBytes(asideOf(damage.get(0))));
        }
    }

    /** H2 throws all kinds of exceptions at what it does not expect. */
    @Test
    void whateverIsThrownAtANewestCommitTheOneBeforeIsUsed() throws IOException {
        byte[] whole = fillAndCrash();
        int start = commits(whole).lastEntry().getValue();
        int end = start + lengthBytes(whole, start);
        boolean[] opened = {false};
        disk.failWith(operation -> {
            // Its head and its end are still read, to find it.
            if (operation instanceof Read read && read.position() > start && read.position() < end - BLOCK_BYTES) {
                opened[0] = true;
                throw new IllegalArgumentException("of H2");
            }
        });
        assertEquals((COMMITS - 1) * RECORDS_PER_COMMIT, contents().size());
        assertTrue(opened[0]);
        assertEquals(1, damage.size(), damage::toString);
    }

    @Test
    void whateverIsThrownAtAWholeFileItIsKeptAsideWithTheReason() throws IOException {
        byte[] whole = fillAndCrash();
        boolean[] aside = {false};
        disk.failWith(operation -> {
            if (operation instanceof Read && Files.exists(data()) && Files.size(data()) == whole.length && !aside[0]) {
                throw new IllegalArgumentException("of H2");
            }
        });
        assertEquals(Map.of(), contents());
        assertEquals(1, damage.size(), damage::toString);
        assertTrue(damage.get(0).contains("IllegalArgumentException: of H2"), damage::toString);
        assertArrayEquals(whole, Files.readAllBytes(asideOf(damage.get(0))));
    }

    /** A read that fails in a repair could make records look damaged which are not. */
    @Test
    void aReadThatFailsWhileDamageIsRepairedSetsNothingElseAside() throws IOException {
        byte[] bytes = fillAndCrash();
        // In an old commit, so that it is no torn one.
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text(210))] ^= 1;
        int refused = 0;
        boolean failed = true;
        for (int failing = 0; failed; failing += failing < 10 ? 1 : 7) {
            Files.write(data(), bytes);
            damage.clear();
            int[] read = {0};
            int first = failing;
            disk.failWith(operation -> {
                if (operation instanceof Read && read[0]++ == first) {
                    throw new IOException("unreadable");
                }
            });
            String when = "read " + first;
            try (SessionStore store = open()) {
                disk.failWith(NONE);
                assertEquals(
                        COMMITS * RECORDS_PER_COMMIT - 1,
                        TestStores.texts(store).size(),
                        when + damage);
                assertFalse(damage.isEmpty(), when);
            } catch (StoreException e) {
                refused++;
                assertTrue(e.getMessage().contains("unreadable"), e::getMessage);
                boolean repaired = !damage.isEmpty(); // It was the repaired file that could not be read.
                assertEquals(repaired, !Arrays.equals(bytes, Files.readAllBytes(data())), when);
            }
            disk.failWith(NONE);
            assertEquals(0, disk.openFiles(), when);
            failed = read[0] > first;
        }
        assertTrue(refused > 3, "refused " + refused);
        damage.clear();
        assertEquals(COMMITS * RECORDS_PER_COMMIT - 1, contents().size());
        assertEquals(List.of(), damage);
    }

    @Test
    void aFileOfSomebodyElseIsClosedAndKeptAside() throws IOException {
        try (MVStore other = MVStore.open(data().toString())) {
            other.openMap("theirs").put("a", "b");
        }
        byte[] theirs = Files.readAllBytes(data());
        assertEquals(Map.of(), contents());
        assertEquals(1, damage.size(), damage::toString);
        assertTrue(damage.get(0).contains("no store of this library is in it"), damage::toString);
        assertArrayEquals(theirs, Files.readAllBytes(asideOf(damage.get(0))));
        assertEquals(0, disk.openFiles());
    }
}
