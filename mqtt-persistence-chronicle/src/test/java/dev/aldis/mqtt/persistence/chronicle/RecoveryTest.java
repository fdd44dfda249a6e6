package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.chronicle.ChunkFormat.Head;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found in segments that were written by hand, and what is said about them. */
class RecoveryTest {

    private static final int COMMIT = ChunkFormat.COMMIT;

    @TempDir
    Path folder;

    private final SegmentImage one = new SegmentImage();
    private final SegmentImage two = new SegmentImage();
    private final List<String> damage = new ArrayList<>();
    private Recovery recovery;

    @Test
    void anEmptyFolderIsAnEmptyStore() throws IOException {
        assertEquals(Map.of(), recover());
        assertEquals(0, recovery.newestSegment());
        assertEquals(0, recovery.newestGroup());
        assertUndamaged();
    }

    @Test
    void theLatestChangeOfEachKeyCountsOverAllSegments() throws IOException {
        one.group(1, SegmentImage.join(one.put(1, "old"), one.put(2, "kept"), one.put(3, "removed")));
        one.writeTo(folder, 1);
        two.group(2, SegmentImage.join(two.put(1, "new"), two.removal(3, 0)));
        two.writeTo(folder, 2);
        assertEquals(Map.of(1L, "new", 2L, "kept"), recover());
        assertEquals(2, recovery.newestSegment());
        assertEquals(2, recovery.newestGroup());
        assertUndamaged();
    }

    @Test
    void aRemovalTakesTheKeysThatFollowWithIt() throws IOException {
        for (int key = 10; key < 20; key++) {
            one.group(key, one.put(key, "record"));
        }
        one.group(20, SegmentImage.join(one.removal(12, 5), one.put(15, "again")));
        one.writeTo(folder, 1);
        assertEquals(List.of(10L, 11L, 15L, 18L, 19L), List.copyOf(recover().keySet()));
        assertUndamaged();
    }

    @Test
    void eachSegmentIsAsLargeAsWhatStandsInItAndNeverLessThanWhatIsReserved() throws IOException {
        one.group(1, one.put(1, new byte[100_000]));
        one.writeTo(folder, 1);
        two.group(2, two.put(2, "small"));
        two.writeTo(folder, 2);
        recover();
        int end = 4 + ChunkFormat.HEAD_BYTES + ChunkFormat.ENTRY_HEAD_BYTES + 100_000;
        assertEquals(end + (64 << 10), recovery.records().segments().sizeBytes());
    }

    @Test
    void aDamagedRecordCostsItselfAndItsFileIsKeptOnceUnderAnotherName() throws IOException {
        byte[] entries = SegmentImage.join(one.put(1, "one"), one.put(2, "two"), one.put(3, "three"));
        entries[ChunkFormat.ENTRY_HEAD_BYTES] ^= 1;
        entries[2 * ChunkFormat.ENTRY_HEAD_BYTES + 3] ^= 1;
        Path file = one.group(1, entries).writeTo(folder, 1);
        byte[] bytes = Files.readAllBytes(file);
        two.group(2, two.put(4, "four"));
        two.writeTo(folder, 2);
        assertEquals(Map.of(3L, "three", 4L, "four"), recover());
        String in = "In the store " + folder.resolve("client.chronicle") + ": ";
        String kept = "; the file " + file + " as it was is kept as " + aside(1);
        assertEquals(
                List.of(in + "Record 1 is damaged" + kept, in + "Record 2 is damaged" + kept), damage.subList(0, 2));
        assertTrue(damage.get(2).startsWith(in + "commit 1 is not whole"), damage::toString);
        assertEquals(3, damage.size(), damage::toString);
        assertArrayEquals(bytes, Files.readAllBytes(aside(1)));
        assertEquals(List.of(aside(1)), asides().subList(0, 1));
        assertNotNull(recovery.damagedSegment());
    }

    @Test
    void eachDamagedFileIsKeptUnderANameOfItsOwn() throws IOException {
        Files.writeString(aside(1), "of an earlier opening");
        byte[] first = one.put(1, "one");
        first[first.length - 1] ^= 1;
        byte[] oneBytes = Files.readAllBytes(one.group(1, first).writeTo(folder, 1));
        byte[] second = two.put(2, "two");
        second[second.length - 1] ^= 1;
        two.group(2, second).group(3, two.put(3, "three"));
        byte[] twoBytes = Files.readAllBytes(two.writeTo(folder, 2));
        assertEquals(Map.of(3L, "three"), recover());
        assertEquals("of an earlier opening", Files.readString(aside(1)));
        assertArrayEquals(oneBytes, Files.readAllBytes(aside(2)));
        assertArrayEquals(twoBytes, Files.readAllBytes(aside(3)));
        Segment damaged = recovery.damagedSegment();
        assertNotNull(damaged);
        assertEquals(2, damaged.number(), "the newest one");
    }

    /** The folder of the store may be on a disk that has no room for another name. */
    @Test
    void aDamagedFileThatCannotBeKeptIsReportedAllTheSame() throws IOException {
        String name = "x".repeat(243);
        byte[] entry = one.put(1, "one");
        entry[entry.length - 1] ^= 1;
        StorePaths paths = new StorePaths(folder, name);
        Path queue = Files.createDirectories(paths.queue(1, SegmentImage.SALT));
        one.group(1, entry).group(2, one.put(2, "two"));
        Files.write(StorePaths.segment(queue, 1), one.toBytes());
        assertEquals(Map.of(2L, "two"), recover(paths));
        assertTrue(damage.get(0).contains(" could not be kept as it was ("), damage::toString);
    }

    @Test
    void whereTheLengthOfARecordIsDamagedWhatFollowsInItsChunkIsLost() throws IOException {
        byte[] broken = one.put(2, "two");
        broken[14] = 100;
        one.group(1, SegmentImage.join(one.put(1, "one"), broken, one.put(3, "three")));
        one.group(2, one.put(4, "four")).writeTo(folder, 1);
        assertEquals(Map.of(1L, "one", 4L, "four"), recover());
        assertReports("Record 2 is damaged", "commit 1 is not whole");
    }

    @Test
    void bytesThatAreNoEntryAreDamage() throws IOException {
        one.group(1, SegmentImage.join(one.put(1, "one"), new byte[ChunkFormat.ENTRY_HEAD_BYTES - 1]));
        one.group(2, one.put(4, "four")).writeTo(folder, 1);
        assertEquals(Map.of(1L, "one", 4L, "four"), recover());
        assertReports("something is damaged", "commit 1 is not whole");
    }

    @Test
    void whatIsPassedOverBetweenChunksIsDamageOfTheGroupThatItInterrupts() throws IOException {
        one.chunk(0, 1, 0, one.put(1, "one"));
        one.prefix(3).raw((byte) 1, (byte) 1, (byte) 1, (byte) 1);
        one.chunk(COMMIT, 1, 1, one.put(2, "two"));
        one.group(2, one.put(3, "three")).writeTo(folder, 1);
        assertEquals(Map.of(1L, "one", 2L, "two", 3L, "three"), recover());
        assertReports("what lies between", "commit 1 is not whole");
    }

    @Test
    void whatIsPassedOverBehindTheLastChunkIsReported() throws IOException {
        one.group(1, one.put(1, "one"));
        one.prefix(3).raw((byte) 1, (byte) 1, (byte) 1, (byte) 1).writeTo(folder, 1);
        assertEquals(Map.of(1L, "one"), recover());
        assertReports("what lies behind");
        assertNotNull(recovery.damagedSegment());
    }

    @Test
    void whatANewerVersionWroteIsNotTouched() throws IOException {
        one.group(1, one.put(1, "one"));
        one.chunk(new Head(ChunkFormat.VERSION + 1, COMMIT, 0, 0, 2, 1));
        byte[] bytes = Files.readAllBytes(one.writeTo(folder, 1));
        StoreException refused = assertThrows(StoreException.class, this::recover);
        assertTrue(refused.getMessage().contains("newer version of the library (format 2"), refused::getMessage);
        assertArrayEquals(bytes, Files.readAllBytes(TestStores.segments(folder).get(0)));
        assertEquals(List.of(), damage);
    }

    @Test
    void aNewestSegmentWithoutAChunkIsDeletedAndItsNumberNotGivenAgain() throws IOException {
        one.group(1, one.put(1, "one")).writeTo(folder, 1);
        Path empty = two.chronicles(100).raw(new byte[1000]).writeTo(folder, 2);
        assertEquals(Map.of(1L, "one"), recover());
        assertUndamaged();
        assertFalse(Files.exists(empty));
        assertEquals(2, recovery.newestSegment());
        assertEquals(1, recovery.records().segments().all().size());
    }

    @Test
    void aNewestSegmentOfWhichNothingCanBeReadIsKept() throws IOException {
        one.group(1, one.put(1, "one")).writeTo(folder, 1);
        Path garbage = two.raw("this is not a file of Chronicle".getBytes(StandardCharsets.UTF_8))
                .writeTo(folder, 2);
        assertEquals(Map.of(1L, "one"), recover());
        assertReports("what lies behind the byte 0");
        assertTrue(Files.exists(garbage));
    }

    @Test
    void anEarlierSegmentWithoutAChunkIsDamage() throws IOException {
        Path empty = one.chronicles(100).writeTo(folder, 1);
        two.group(1, two.put(1, "one")).writeTo(folder, 2);
        assertEquals(Map.of(1L, "one"), recover());
        assertReports("no commit is left in a file in which there was one");
        assertTrue(Files.exists(empty));
    }

    /** It was to be deleted, and those behind it may be gone already, with the removals that stood there. */
    @Test
    void whatStandsInSegmentsThatAreNotNeededDoesNotCount() throws IOException {
        one.group(1, SegmentImage.join(one.put(1, "one"), one.put(2, "old"), one.put(Long.MAX_VALUE, "last")));
        one.writeTo(folder, 1);
        needing(two, 3, 3, two.put(2, "new"));
        needing(two, 4, 2);
        two.writeTo(folder, 3);
        assertEquals(Map.of(2L, "new"), recover());
        assertReports("the commits 2 to 2 are missing");
        assertEquals(2, recovery.records().segments().all().size(), "the next commit deletes it");
    }

    @Test
    void whatStandsInTheOldestSegmentThatIsNeededCounts() throws IOException {
        one.group(1, one.put(1, "one")).writeTo(folder, 2);
        needing(two, 2, 2, two.put(2, "two")).writeTo(folder, 3);
        assertEquals(Map.of(1L, "one", 2L, "two"), recover());
        assertUndamaged();
    }

    @Test
    void aSegmentThatIsNeededAndMissingIsReported() throws IOException {
        needing(one, 1, 2, one.put(1, "one")).writeTo(folder, 3);
        assertEquals(Map.of(1L, "one"), recover());
        assertReports("the file of segment 2 is missing");
    }

    @Test
    void aLargeRecordIsFoundOverItsChunks() throws IOException {
        byte[] record = large('a');
        large(one, 1, record);
        one.group(2, one.put(2, "two")).writeTo(folder, 1);
        assertEquals(List.of(1L, 2L), List.copyOf(recover().keySet()));
        assertArrayEquals(record, read(1));
        long live = recovery.records().segments().liveBytes();
        int size = ChunkFormat.ENTRY_HEAD_BYTES + record.length;
        assertTrue(live > size * 7L / 8 && live < size + 100, () -> "as far as a location says it: " + live);
        assertUndamaged();
    }

    @Test
    void aLargeRecordWithAWrongByteIsDamaged() throws IOException {
        large(one, 1, large('a'));
        byte[] bytes = one.group(2, one.put(2, "two")).toBytes();
        bytes[135_000] ^= 1;
        new SegmentImage().raw(bytes).writeTo(folder, 1);
        assertEquals(Map.of(2L, "two"), recover());
        assertReports("Record 1 is damaged", "commit 1 is not whole");
    }

    @Test
    void aLargeRecordThatDoesNotBeginOrGoOnAsItShouldIsDamaged() throws IOException {
        one.chunk(ChunkFormat.CONTINUED, 1, 0, new byte[100]).chunk(COMMIT, 1, 1);
        one.chunk(ChunkFormat.LARGE, 2, 0, one.put(1, "too small")).chunk(COMMIT, 2, 1);
        one.chunk(ChunkFormat.LARGE, 3, 0, firstPiece(one, 5, large('b')));
        one.chunk(ChunkFormat.CONTINUED, 3, 1, new byte[ChunkFormat.ENTRIES_BYTES]);
        one.chunk(COMMIT, 3, 2);
        one.group(4, one.put(2, "two")).writeTo(folder, 1);
        assertEquals(Map.of(2L, "two"), recover());
        assertReports(
                "a large record is damaged",
                "commit 1 is not whole",
                "a large record is damaged",
                "commit 2 is not whole",
                "a large record is damaged",
                "commit 3 is not whole");
    }

    /** The process ended in the middle of it; the next one began the commit anew. */
    @Test
    void aLargeRecordWhoseCommitWasInterruptedIsNoDamage() throws IOException {
        one.group(1, one.put(1, "one"));
        one.chunk(ChunkFormat.LARGE, 2, 0, firstPiece(one, 5, large('b'))).writeTo(folder, 1);
        assertEquals(Map.of(1L, "one"), recover());
        assertUndamaged();
        two.group(2, two.put(2, "two")).writeTo(folder, 2);
        assertEquals(Map.of(1L, "one", 2L, "two"), recover());
        assertUndamaged();
    }

    /** Its second chunk must not be taken for the end of one that began earlier. */
    @Test
    void aLargeRecordEndsWhereAnotherChunkFollows() throws IOException {
        byte[] record = large('a');
        one.chunk(ChunkFormat.LARGE, 1, 0, firstPiece(one, 5, record));
        one.chunk(0, 1, 1, one.put(1, "one"));
        one.chunk(ChunkFormat.CONTINUED, 1, 2, rest(record)).chunk(COMMIT, 1, 3);
        one.group(2, one.put(2, "two")).writeTo(folder, 1);
        assertEquals(Map.of(1L, "one", 2L, "two"), recover());
        assertReports("a large record is damaged", "commit 1 is not whole");
    }

    @Test
    void aLargeRecordDoesNotGoOnInAnotherSegment() throws IOException {
        byte[] record = large('a');
        one.chunk(ChunkFormat.LARGE, 1, 0, firstPiece(one, 5, record)).writeTo(folder, 1);
        two.chunk(ChunkFormat.CONTINUED, 1, 1, rest(record)).chunk(COMMIT, 1, 2);
        two.group(2, two.put(2, "two")).writeTo(folder, 2);
        assertEquals(Map.of(2L, "two"), recover());
        assertReports("a large record is damaged", "commit 1 is not whole");
    }

    /** A group that says which segments are needed. */
    private static SegmentImage needing(SegmentImage image, long group, int oldestSegment, byte... entries) {
        return image.chunk(new Head(ChunkFormat.VERSION, COMMIT, entries.length, 0, group, oldestSegment), entries);
    }

    private static byte[] large(char content) {
        byte[] record = new byte[ChunkFormat.ENTRIES_BYTES + 5000];
        Arrays.fill(record, (byte) content);
        return record;
    }

    private static byte[] firstPiece(SegmentImage image, long key, byte[] record) {
        return Arrays.copyOf(image.put(key, record), ChunkFormat.ENTRIES_BYTES);
    }

    private static byte[] rest(byte[] record) {
        return Arrays.copyOfRange(record, ChunkFormat.ENTRIES_BYTES - ChunkFormat.ENTRY_HEAD_BYTES, record.length);
    }

    /** A group that puts a large record under its own number. */
    private static void large(SegmentImage image, long group, byte[] record) {
        image.chunk(ChunkFormat.LARGE, group, 0, firstPiece(image, group, record));
        image.chunk(ChunkFormat.CONTINUED, group, 1, rest(record)).chunk(COMMIT, group, 2);
    }

    private Map<Long, String> recover() throws IOException {
        return recover(new StorePaths(folder, "client"));
    }

    private Map<Long, String> recover(StorePaths paths) throws IOException {
        recovery = new Recovery(new SegmentFiles(), paths, damage::add);
        recovery.run();
        Records records = recovery.records();
        long[] keys = new long[100];
        int count = records.index().copyFrom(0, keys.length, keys, new long[keys.length]);
        Map<Long, String> texts = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            texts.put(keys[i], new String(read(keys[i]), StandardCharsets.UTF_8));
        }
        return texts;
    }

    private byte[] read(long key) throws IOException {
        Records records = recovery.records();
        try (RecordReader reader = new RecordReader(new SegmentFiles(), records.segments(), "store")) {
            ByteBuffer content =
                    reader.read(key, records.index().get(key)).content().asByteBuffer();
            byte[] bytes = new byte[content.remaining()];
            content.get(bytes);
            return bytes;
        }
    }

    private void assertUndamaged() {
        assertEquals(List.of(), damage);
        assertNull(recovery.damagedSegment());
    }

    /** What was said, without the store in front and the file behind. */
    private void assertReports(String... beginnings) {
        String in = "In the store " + folder.resolve("client.chronicle") + ": ";
        assertEquals(beginnings.length, damage.size(), damage::toString);
        for (int i = 0; i < beginnings.length; i++) {
            assertTrue(damage.get(i).startsWith(in + beginnings[i]), damage::toString);
        }
    }

    private Path aside(int number) {
        return folder.resolve("client.damaged-" + number + ".cq4");
    }

    private List<Path> asides() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().contains(".damaged-"))
                    .sorted()
                    .toList();
        }
    }
}
