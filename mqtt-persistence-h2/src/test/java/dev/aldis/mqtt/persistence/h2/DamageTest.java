package dev.aldis.mqtt.persistence.h2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.h2.record.RecordFormat;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged files: what can be kept is kept, what cannot is set aside and reported, and a store always opens. */
@Timeout(120)
class DamageTest {

    private static final int RECORDS = 400;
    private static final int BLOCK_BYTES = 4096;

    @TempDir
    Path folder;

    private final List<String> damage = new ArrayList<>();

    @Test
    void aRecordWithAWrongChecksumIsSetAsideWithItsBytes() throws IOException {
        fill();
        byte[] bytes = Files.readAllBytes(data());
        bytes[find(bytes, text(77)) + 10] ^= 1;
        Files.write(data(), bytes);

        Map<Long, String> found = contents();
        assertFalse(found.containsKey(77L));
        assertEquals(RECORDS - 1, found.size());
        assertEquals(1, damage.size(), damage::toString);
        assertTrue(damage.get(0).contains("Record 77 "), damage::toString);
        byte[] kept = keptInQuarantine(77);
        assertTrue(find(kept, text(77).substring(11)) > 0, "the bytes as they were found");

        damage.clear();
        assertEquals(found, contents());
        assertEquals(List.of(), damage, "reported once");
    }

    /** Each block in turn, of a file closed in order and of one that was not: at most what lay in that block is lost. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLostBlockCostsWhatWasInItAndIsReported(boolean closedInOrder) throws IOException {
        byte[] whole = closedInOrder ? fill() : fillAndCrash();
        int complete = 0;
        for (int block = 0; block < whole.length / BLOCK_BYTES; block++) {
            byte[] bytes = whole.clone();
            Arrays.fill(bytes, block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES, (byte) 0);
            String where = "block " + block;
            Map<Long, String> found = contentsOf(bytes);
            found.forEach((key, value) -> assertEquals(text(key), value, where));
            assertTrue(found.size() == RECORDS || !damage.isEmpty(), () -> where + " costs records without a report");
            complete += found.size() == RECORDS ? 1 : 0;
            boolean first = block == 2;
            assertTrue(first || found.size() > RECORDS / 2, () -> where + " costs all but " + found.size() + damage);
        }
        assertTrue(complete > 2, "both copies of the head and what is not in use cost nothing");
    }

    @Test
    @Tag("slow")
    void whateverIsChangedInTheFileTheStoreOpensAndShowsOnlyWhatWasStored() throws IOException {
        long seed = Long.getLong("aldis.seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] whole = fill();
        for (int round = 0; round < Integer.getInteger("aldis.rounds", 100); round++) {
            byte[] bytes = random.nextInt(4) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            for (int i = random.nextInt(20); i >= 0 && bytes.length > 0; i--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            String when = "round " + round + " of seed " + seed + " (replay with -Daldis.seed=" + seed + ")";
            Map<Long, String> found = assertDoesNotThrow(() -> contentsOf(bytes), when);
            found.forEach((key, value) -> assertEquals(text(key), value, when));
            assertTrue(
                    found.size() == RECORDS || !damage.isEmpty(),
                    () -> "loss without a report, " + found.size() + " records, " + when);
        }
    }

    /** Found by fuzzing: with a head that says that no page is in it, the newest commit could be read, and no other written. */
    @Test
    @Tag("slow")
    void aStoreCanBeWrittenWhateverTheHeadOfItsNewestCommitSays() throws IOException {
        byte[] whole = fill();
        String text = new String(whole, StandardCharsets.ISO_8859_1);
        int block = Integer.parseInt(text.substring(text.indexOf("block:") + 6, text.indexOf(",blockSize")), 16);
        int start = block * BLOCK_BYTES;
        int end = text.indexOf('\n', start);
        assertTrue(text.startsWith("chunk:", start) && end - start < 300, () -> text.substring(start, start + 100));
        for (int at = start; at < end; at++) {
            byte[] bytes = whole.clone();
            bytes[at] ^= 1;
            Map<Long, String> found = contentsOf(bytes);
            String where = "byte " + (at - start) + " of the head";
            found.forEach((key, value) -> assertEquals(text(key), value, where));
            assertTrue(found.size() == RECORDS || !damage.isEmpty(), where);
            Files.write(data(), bytes);
            try (SessionStore store = TestStores.open(folder, damage::add)) {
                assertDoesNotThrow(() -> TestStores.put(store, 1000, "new"), where);
            }
        }
    }

    @Test
    void aFileCutShortKeepsItsBytesAside() throws IOException {
        byte[] whole = fill();
        for (int length : new int[] {1, 100, 4095, 4096, 8191, 8192, 8193, 12_288, whole.length / 2}) {
            byte[] cut = Arrays.copyOf(whole, length);
            Map<Long, String> found = contentsOf(cut);
            assertTrue(found.isEmpty() || length > 12_288, () -> "cut to " + length + ", found " + found.keySet());
            found.forEach((key, value) -> assertEquals(text(key), value));
            assertEquals(1, damage.size(), damage::toString);
            assertArrayEquals(cut, Files.readAllBytes(asideOf(damage.get(0))));
        }
    }

    @Test
    void anEmptyFileIsReported() throws IOException {
        assertEquals(Map.of(), contentsOf(new byte[0]));
        assertEquals(1, damage.size(), damage::toString);
    }

    @Test
    void garbageIsKeptAside() throws IOException {
        byte[] garbage = new byte[100_000];
        new Random(1).nextBytes(garbage);
        for (byte[] bytes : List.of(garbage, "some text".getBytes(StandardCharsets.UTF_8), new byte[50_000])) {
            assertEquals(Map.of(), contentsOf(bytes));
            assertEquals(1, damage.size(), damage::toString);
            assertArrayEquals(bytes, Files.readAllBytes(asideOf(damage.get(0))));
        }
    }

    @Test
    void aFileOfSomebodyElseIsKeptAside() throws IOException {
        try (MVStore store = MVStore.open(data().toString())) {
            store.openMap("theirs").put("a", "b");
        }
        byte[] theirs = Files.readAllBytes(data());
        assertEquals(Map.of(), contents());
        assertEquals(1, damage.size(), damage::toString);
        assertArrayEquals(theirs, Files.readAllBytes(asideOf(damage.get(0))));
    }

    @Test
    void aSecondFileSetAsideLeavesTheFirstOne() throws IOException {
        for (int i = 1; i <= 3; i++) {
            Files.write(data(), new byte[] {(byte) i});
            contents();
            assertArrayEquals(
                    new byte[] {(byte) i}, Files.readAllBytes(folder.resolve("client.damaged-" + i + ".mv.db")));
        }
    }

    @Test
    void aStoreGoesOnAfterARepair() throws IOException {
        byte[] bytes = fill();
        Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + BLOCK_BYTES, (byte) 0);
        Files.write(data(), bytes);
        try (SessionStore store = TestStores.open(folder, damage::add)) {
            TestStores.put(store, 1000, "after the repair");
        }
        damage.clear();
        assertEquals("after the repair", contents().get(1000L));
        assertEquals(List.of(), damage);
    }

    @Test
    void aFileOfANewerVersionIsLeftAlone() throws IOException {
        fill();
        try (MVStore store = MVStore.open(data().toString())) {
            store.setStoreVersion(RecordFormat.VERSION + 1);
            store.openMap("records-" + (RecordFormat.VERSION + 1));
        }
        byte[] newer = Files.readAllBytes(data());
        StoreException refused = assertThrows(StoreException.class, this::contents);
        assertNotNull(refused.getMessage());
        assertTrue(refused.getMessage().contains("newer version"), refused::getMessage);
        assertTrue(refused.getMessage().contains(data().toString()), refused::getMessage);
        assertArrayEquals(newer, Files.readAllBytes(data()));
        assertEquals(List.of(), damage);
    }

    @Test
    void aFileOfANewerH2IsLeftAlone() throws IOException {
        byte[] bytes = fill();
        byte[] newer = new String(bytes, StandardCharsets.ISO_8859_1)
                .replace("format:3", "format:9")
                .getBytes(StandardCharsets.ISO_8859_1);
        repairHeadChecksum(newer);
        Files.write(data(), newer);
        StoreException refused = assertThrows(StoreException.class, this::contents);
        assertTrue(refused.getMessage().contains("newer version"), refused::getMessage);
        assertArrayEquals(newer, Files.readAllBytes(data()));
        assertEquals(List.of(), damage);
    }

    /** One flipped bit could say so, which is no reason not to start. */
    @Test
    void aVersionThatIsSaidOnceOnlyIsDamage() throws IOException {
        fill();
        try (MVStore store = MVStore.open(data().toString())) {
            store.setStoreVersion(RecordFormat.VERSION + 1);
        }
        assertEquals(Map.of(), contents());
        assertEquals(1, damage.size(), damage::toString);
    }

    private static void repairHeadChecksum(byte[] bytes) {
        for (int start = 0; start <= BLOCK_BYTES; start += BLOCK_BYTES) {
            String line = new String(bytes, start, BLOCK_BYTES, StandardCharsets.ISO_8859_1);
            int length = line.indexOf(",fletcher:");
            byte[] text = line.substring(0, length).getBytes(StandardCharsets.ISO_8859_1);
            int checksum = DataUtils.getFletcher32(text, 0, text.length);
            byte[] end = (",fletcher:" + Integer.toHexString(checksum) + "\n").getBytes(StandardCharsets.ISO_8859_1);
            System.arraycopy(end, 0, bytes, start + length, end.length);
        }
    }

    /** Stores the records in several commits; the bytes of the file when it is closed. */
    private byte[] fill() throws IOException {
        try (SessionStore store = TestStores.open(folder)) {
            appendAll(store);
        }
        return Files.readAllBytes(data());
    }

    /** The bytes of the file as a killed process leaves it. */
    private byte[] fillAndCrash() throws IOException {
        try (SessionStore store = TestStores.open(folder)) {
            appendAll(store);
            return Files.readAllBytes(data());
        }
    }

    private static void appendAll(SessionStore store) {
        // Some churn first, so that space is used again, and a last commit that changes nothing that is looked at.
        for (int round = 0; round < 5; round++) {
            ChangeBatch batch = new ChangeBatch();
            for (long key = 0; key < RECORDS; key++) {
                batch.put(key, 1, ByteBuffer.wrap(text(key).getBytes(StandardCharsets.UTF_8)));
            }
            TestStores.apply(store, batch);
        }
        for (int i = 0; i < 5; i++) {
            ChangeBatch batch = new ChangeBatch();
            batch.remove(RECORDS + i);
            batch.put(0, 1, ByteBuffer.wrap(text(0).getBytes(StandardCharsets.UTF_8)));
            TestStores.apply(store, batch);
        }
    }

    private static String text(long key) {
        return "<record " + key + "> " + "content ".repeat(20) + key;
    }

    private Path data() {
        return folder.resolve("client.mv.db");
    }

    private Map<Long, String> contents() {
        try (SessionStore store = TestStores.open(folder, damage::add)) {
            return TestStores.texts(store);
        }
    }

    private Map<Long, String> contentsOf(byte[] bytes) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        damage.clear();
        Files.write(data(), bytes);
        return contents();
    }

    private static Path asideOf(String report) {
        return Path.of(report.substring(report.lastIndexOf(' ') + 1));
    }

    private byte[] keptInQuarantine(long key) {
        OpenFile file = FileAccess.PLAIN.open(data());
        try {
            return file.quarantine().get(key);
        } finally {
            file.store().close();
        }
    }

    private static int find(byte[] bytes, String text) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
    }
}
