package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.chronicle.ChunkFormat.Head;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged files: what can be kept is kept, what cannot is set aside and reported, and a store always opens. */
@Timeout(300)
class ChronicleDamageTest {

    private static final int RECORDS = 1200;

    /** These fit into one segment. */
    private static final int FEW = 200;

    private static final int BLOCK_BYTES = 4096;

    @TempDir
    Path folder;

    private final List<String> damage = new ArrayList<>();

    @Test
    void aRecordWithAWrongChecksumIsSetAsideWithItsBytes() throws IOException {
        fill(RECORDS);
        Path segment = segmentWith(text(77));
        byte[] bytes = Files.readAllBytes(segment);
        bytes[find(bytes, text(77)) + 10] ^= 1;
        Files.write(segment, bytes);

        Map<Long, String> found = contents();
        assertFalse(found.containsKey(77L));
        assertEquals(RECORDS - 1, found.size());
        assertTrue(damage.get(0).contains("Record 77 is damaged"), damage::toString);
        assertArrayEquals(bytes, Files.readAllBytes(aside(1)), "the bytes as they were found");

        damage.clear();
        assertEquals(found, contents());
        assertEquals(List.of(), damage, "reported once");
    }

    /** Each block in turn: at most what lay in that block, and in the chunk that it cuts, is lost. */
    @Tag("slow")
    @Test
    void aLostBlockCostsWhatWasInItAndIsReported() throws IOException {
        fill(FEW);
        List<Path> segments = TestStores.segments(folder);
        assertEquals(1, segments.size());
        byte[] whole = Files.readAllBytes(segments.get(0));
        int end = find(whole, text(FEW - 1));
        for (int block = 0; block <= end / BLOCK_BYTES; block++) {
            byte[] bytes = whole.clone();
            Arrays.fill(bytes, block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES, (byte) 0);
            String where = "block " + block;
            Map<Long, String> found = contentsOf(segments.get(0), bytes);
            found.forEach((key, value) -> assertEquals(text(key), value, where));
            assertTrue(found.size() == FEW || !damage.isEmpty(), () -> where + " costs records without a report");
            assertTrue(found.size() > FEW / 2, () -> where + " costs all but " + found.size() + damage);
        }
    }

    @Tag("slow")
    @Test
    void whateverIsChangedInAFileTheStoreOpensAndShowsOnlyWhatWasStored() throws IOException {
        long seed = Long.getLong("aldis.seed", System.nanoTime());
        Random random = new Random(seed);
        fill(RECORDS);
        List<Path> segments = TestStores.segments(folder);
        assertTrue(segments.size() > 2, "several segments");
        Path pristine = folder.resolve("pristine");
        TestStores.copy(folder.resolve("client.chronicle"), pristine);
        for (int round = 0; round < 60; round++) {
            Path segment = segments.get(random.nextInt(segments.size()));
            byte[] whole = Files.readAllBytes(segment);
            int used = lastNonZero(whole);
            byte[] bytes = random.nextInt(4) == 0 ? Arrays.copyOf(whole, random.nextInt(used)) : whole.clone();
            for (int i = random.nextInt(20); i >= 0 && bytes.length > 0; i--) {
                bytes[random.nextInt(Math.min(used, bytes.length))] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(segment, bytes);
            damage.clear();
            String when = "round " + round + " of seed " + seed + " (replay with -Daldis.seed=" + seed + ")";
            Map<Long, String> found = contents();
            found.forEach((key, value) -> assertEquals(text(key), value, when));
            assertTrue(found.size() == RECORDS || !damage.isEmpty(), () -> "loss without a report, " + when);
            restore(pristine);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 100, 4096, 10_000})
    void aFileCutShortIsReportedAndItsBytesAreKept(int length) throws IOException {
        fill(RECORDS);
        Path segment = TestStores.segments(folder).get(1);
        byte[] cut = Arrays.copyOf(Files.readAllBytes(segment), length);
        Files.write(segment, cut);
        Map<Long, String> found = contents();
        assertTrue(found.size() < RECORDS && found.size() > RECORDS / 4, () -> "found " + found.size());
        found.forEach((key, value) -> assertEquals(text(key), value));
        assertFalse(damage.isEmpty());
        assertTrue(asides().stream().anyMatch(aside -> hasBytes(aside, cut))
                || damage.toString().contains("missing"));
        damage.clear();
        assertEquals(found, contents());
        assertEquals(List.of(), damage, "reported once");
    }

    @Test
    void aMissingFileIsReported() throws IOException {
        for (int missing = 0; missing < 3; missing++) {
            fill(RECORDS);
            Files.delete(TestStores.segments(folder).get(missing));
            Map<Long, String> found = contents();
            assertTrue(found.size() < RECORDS, "some are lost");
            assertTrue(damage.toString().contains("missing"), damage::toString);
            empty();
        }
    }

    @Test
    void garbageInTheFirstPageCostsNoRecord() throws IOException {
        fill(FEW);
        Path segment = TestStores.segments(folder).get(0);
        byte[] bytes = Files.readAllBytes(segment);
        byte[] garbage = new byte[4000];
        new Random(1).nextBytes(garbage);
        System.arraycopy(garbage, 0, bytes, 0, garbage.length);
        assertEquals(FEW, contentsOf(segment, bytes).size());
        assertFalse(damage.isEmpty());
        assertArrayEquals(bytes, Files.readAllBytes(aside(1)));
    }

    @Test
    void aFileOfSomebodyElseIsKeptAside() throws IOException {
        fill(FEW);
        Path segment = TestStores.segments(folder).get(0);
        byte[] theirs = "some text".repeat(1000).getBytes(StandardCharsets.UTF_8);
        assertEquals(Map.of(), contentsOf(segment, theirs));
        assertFalse(damage.isEmpty());
        assertArrayEquals(theirs, Files.readAllBytes(aside(1)));
    }

    /** A message may contain anything, also what looks like a chunk of a store: damage must not bring that to life. */
    @Tag("slow")
    @Test
    void whatAMessageContainsIsNeverTakenForAChunk() throws IOException {
        byte[] forged = new byte[ChunkFormat.HEAD_BYTES + 100];
        ChunkFormat format = new ChunkFormat(0);
        ChunkFormat.writePut(forged, ChunkFormat.HEAD_BYTES, 4711, 1, 10);
        format.seal(forged, ChunkFormat.HEAD_BYTES);
        format.writeHead(forged, new Head(ChunkFormat.VERSION, ChunkFormat.COMMIT, 28, 0, 2, 0));
        ChangeBatch batch = new ChangeBatch();
        for (int shift = 0; shift < 4; shift++) {
            ByteBuffer record = ByteBuffer.allocate(shift + forged.length);
            record.position(shift).put(forged).flip();
            batch.put(shift, 1, record);
        }
        try (SessionStore store = TestStores.open(folder, damage::add)) {
            TestStores.apply(store, batch);
            TestStores.put(store, 10, "behind it");
        }
        Path segment = TestStores.segments(folder).get(0);
        byte[] bytes = Files.readAllBytes(segment);
        int head = headIn(segment, bytes);
        for (int at = head - 4; at < head + ChunkFormat.HEAD_BYTES + ChunkFormat.ENTRY_HEAD_BYTES; at++) {
            byte[] flipped = bytes.clone();
            flipped[at] ^= 4;
            assertFalse(contentsOf(segment, flipped).containsKey(4711L), "flipped at " + at);
        }
    }

    @Test
    void aStoreGoesOnAfterARepair() throws IOException {
        fill(RECORDS);
        Path segment = TestStores.segments(folder).get(1);
        byte[] bytes = Files.readAllBytes(segment);
        Arrays.fill(bytes, 8192, 12_288, (byte) 0);
        Files.write(segment, bytes);
        try (SessionStore store = TestStores.open(folder, damage::add)) {
            TestStores.put(store, 5000, "after the repair");
        }
        assertFalse(damage.isEmpty());
        damage.clear();
        assertEquals("after the repair", contents().get(5000L));
        assertEquals(List.of(), damage);
    }

    @Test
    void aStoreOfANewerVersionIsLeftAlone() throws IOException {
        fill(10);
        Path segment = TestStores.segments(folder).get(0);
        byte[] bytes = Files.readAllBytes(segment);
        ChunkFormat format = new ChunkFormat(
                new StorePaths(folder, "client").segments().get(0).salt());
        int at = 0;
        while (!format.isHead(bytes, at)) {
            at++;
        }
        Head head = format.readHead(bytes, at);
        byte[] chunk = Arrays.copyOfRange(bytes, at, at + ChunkFormat.HEAD_BYTES);
        format.writeHead(
                chunk, new Head(ChunkFormat.VERSION + 1, head.flags(), head.entriesBytes(), 0, head.group(), 1));
        System.arraycopy(chunk, 0, bytes, at, chunk.length);
        Files.write(segment, bytes);
        StoreException refused = assertThrows(StoreException.class, this::contents);
        assertTrue(refused.getMessage().contains("newer version"), refused::getMessage);
        assertTrue(refused.getMessage().contains(folder.toString()), refused::getMessage);
        assertArrayEquals(bytes, Files.readAllBytes(segment));
        assertEquals(List.of(), damage);
    }

    @Test
    void aRecordThatIsDamagedWhileTheStoreIsOpenIsAnErrorThatSaysWhatToDo() throws IOException {
        try (SessionStore store = TestStores.open(folder)) {
            TestStores.put(store, 1, text(1));
            TestStores.put(store, 2, text(2));
            Path segment = TestStores.segments(folder).get(0);
            byte[] bytes = Files.readAllBytes(segment);
            try (var channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(new byte[] {'?'}), find(bytes, text(1)) + 3L);
            }
            StoreException failure = assertThrows(StoreException.class, () -> store.scan(0, 10));
            assertTrue(failure.getMessage().contains("Record 1 "), failure::getMessage);
            assertTrue(failure.getMessage().contains("close and open"), failure::getMessage);
            assertEquals(1, store.scan(2, 10).size(), "the others can be read");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void aKeyThatIsDamagedWhileTheStoreIsOpenDoesNotStopTheStoreFromTidying(int others) throws IOException {
        try (SessionStore store =
                TestStores.openSmall(folder, new SegmentFiles(), Durability.PROCESS, TestStores::noDamage)) {
            TestStores.put(store, 1, text(1));
            List<String> intact = new ArrayList<>();
            for (int key = 2; key < 2 + others; key++) {
                TestStores.put(store, key, text(key));
                intact.add(text(key));
            }
            Path segment = TestStores.segments(folder).get(0);
            int record = find(Files.readAllBytes(segment), text(1));
            try (var channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
                int signOfKey = record - ChunkFormat.ENTRY_HEAD_BYTES + 13;
                channel.write(ByteBuffer.wrap(new byte[] {(byte) 0x80}), signOfKey);
            }
            for (int round = 0; round < 5_000; round++) {
                TestStores.put(store, 1000, text(1000));
            }
            intact.add(text(1000));
            assertEquals(
                    intact,
                    store.scan(2, 1000).stream()
                            .map(found -> found.content().text())
                            .toList());
        }
    }

    private static ChunkFormat formatOf(Path segment) {
        return new ChunkFormat(StorePaths.salt(segment.getParent()));
    }

    /** Where the first chunk begins. */
    private static int headIn(Path segment, byte[] bytes) {
        ChunkFormat format = formatOf(segment);
        int at = 0;
        while (!format.isHead(bytes, at)) {
            at++;
        }
        return at;
    }

    private void fill(int records) throws IOException {
        try (SessionStore store =
                TestStores.openSmall(folder, new SegmentFiles(), Durability.PROCESS, TestStores::noDamage)) {
            for (int start = 0; start < records; start += 10) {
                ChangeBatch batch = new ChangeBatch();
                for (int key = start; key < start + 10; key++) {
                    batch.put(key, 1, ByteBuffer.wrap(text(key).getBytes(StandardCharsets.UTF_8)));
                }
                TestStores.apply(store, batch);
            }
        }
    }

    private static String text(long key) {
        return "record " + key + " " + "x".repeat(200);
    }

    private Map<Long, String> contents() {
        try (SessionStore store = TestStores.openSmall(folder, new SegmentFiles(), Durability.PROCESS, damage::add)) {
            return TestStores.texts(store);
        }
    }

    /** What a store shows with one file changed; the store is as before then. */
    private Map<Long, String> contentsOf(Path segment, byte[] bytes) throws IOException {
        damage.clear();
        Path pristine = Files.createTempDirectory(folder, "pristine");
        TestStores.copy(folder.resolve("client.chronicle"), pristine);
        for (Path aside : asides()) {
            Files.delete(aside);
        }
        Files.write(segment, bytes);
        Map<Long, String> found = contents();
        restore(pristine);
        return found;
    }

    private void restore(Path pristine) throws IOException {
        empty();
        TestStores.copy(pristine, folder.resolve("client.chronicle"));
    }

    private void empty() throws IOException {
        Path store = folder.resolve("client.chronicle");
        if (Files.exists(store)) {
            try (Stream<Path> files = Files.walk(store)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private Path segmentWith(String text) throws IOException {
        for (Path segment : TestStores.segments(folder)) {
            if (find(Files.readAllBytes(segment), text) >= 0) {
                return segment;
            }
        }
        throw new AssertionError("no segment has " + text);
    }

    private Path aside(int number) {
        return folder.resolve("client.damaged-" + number + ".cq4");
    }

    private List<Path> asides() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().contains(".damaged-"))
                    .toList();
        }
    }

    private static boolean hasBytes(Path file, byte[] bytes) {
        try {
            return Arrays.equals(bytes, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int lastNonZero(byte[] bytes) {
        int last = bytes.length;
        while (bytes[last - 1] == 0) {
            last--;
        }
        return last;
    }

    private static int find(byte[] bytes, String text) {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at + wanted.length <= bytes.length; at++) {
            if (bytes[at] == wanted[0] && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }
}
