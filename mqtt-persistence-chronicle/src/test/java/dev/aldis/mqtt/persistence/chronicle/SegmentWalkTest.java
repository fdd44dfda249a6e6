package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.aldis.mqtt.persistence.chronicle.ChunkFormat.Head;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which chunks are found in a file, whatever is done to it, and what is said to be damaged. */
class SegmentWalkTest {

    private static final int INCOMPLETE = 0x80000000;
    private static final int END_OF_FILE = 0xC0000000;

    @TempDir
    Path folder;

    private final SegmentImage image = new SegmentImage();

    /** What a walk has found: group, part and position of each chunk, and damage in between. */
    private final List<String> found = new ArrayList<>();

    private long end;

    @Test
    void chunksAreFoundOneAfterTheOtherBetweenChroniclesOwnEntries() throws IOException {
        image.chronicles(61);
        int first = image.size();
        image.group(1, image.put(1, "abc"));
        int second = image.size();
        image.group(2, image.put(2, "a"));
        image.chronicles(8);
        int third = image.size();
        byte[] last = image.put(3, "abc");
        image.group(3, last);
        image.prefix(END_OF_FILE);
        walk(image.toBytes());
        assertFound(chunk(1, first), chunk(2, second), chunk(3, third));
        assertEquals(third + 4 + ChunkFormat.HEAD_BYTES + last.length, end);
    }

    @Test
    void theChunkIsWhereItIsSaidToBe() throws IOException {
        byte[] entry = image.put(1, "abc");
        image.chronicles(9).group(1, entry);
        Path file = Files.write(folder.resolve("segment"), image.toBytes());
        try (SegmentWalk walk = open(file)) {
            assertEquals(0, walk.end(), "nothing yet");
            Head head = walk.next();
            assertNotNull(head);
            assertEquals(1, head.group());
            int at = walk.offset() + ChunkFormat.HEAD_BYTES;
            assertEquals(
                    List.of(entry.length, -1),
                    List.of(
                            head.entriesBytes(),
                            Arrays.mismatch(entry, Arrays.copyOfRange(walk.array(), at, at + entry.length))));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 8, 40, 300_000})
    void nothingButZerosIsTheEndAndNoDamage(int zeros) throws IOException {
        walk(new byte[zeros]);
        assertFound();
        assertEquals(0, end);
        int first = image.size();
        image.group(1, image.put(1, "ab")).raw(new byte[zeros]);
        walk(image.toBytes());
        assertFound(chunk(1, first));
    }

    @Test
    void whateverEndsAFileThatWasCutIsNoChunk() throws IOException {
        image.group(1, image.put(1, "ab"));
        int second = image.size();
        image.group(2, image.put(2, "ab"));
        byte[] whole = image.toBytes();
        for (int length = second; length < whole.length; length++) {
            walk(Arrays.copyOf(whole, length));
            assertEquals(chunk(1, 0), found.get(0), "cut at " + length);
            boolean lengthIsThere = length >= second + 4;
            assertEquals(
                    lengthIsThere ? List.of("what lies behind the byte " + second + " cannot be read") : List.of(),
                    found.subList(1, found.size()),
                    "cut at " + length);
        }
    }

    /** Chronicle writes the length last. */
    @Test
    void aWholeChunkWithoutItsLengthCountsAndThePartOfOneDoesNot() throws IOException {
        image.group(1, image.put(1, "ab"));
        int second = image.size();
        image.group(2, image.put(2, "ab"));
        byte[] whole = image.toBytes();
        Arrays.fill(whole, second, second + 4, (byte) 0);
        walk(whole);
        assertFound(chunk(1, 0), chunk(2, second));
        walk(Arrays.copyOf(whole, whole.length + 100));
        assertFound(chunk(1, 0), chunk(2, second));
        for (int written = second + 4; written < whole.length; written++) {
            walk(Arrays.copyOf(Arrays.copyOf(whole, written), whole.length + 100));
            assertFound(chunk(1, 0));
        }
    }

    @Test
    void theLargestChunkWithoutItsLengthCounts() throws IOException {
        image.group(1, image.put(1, new byte[ChunkFormat.ENTRIES_BYTES - ChunkFormat.ENTRY_HEAD_BYTES]));
        byte[] whole = image.toBytes();
        Arrays.fill(whole, 0, 4, (byte) 0);
        walk(whole);
        assertFound(chunk(1, 0));
    }

    @Test
    void whatFollowsAMissingLengthAndIsTooShortForAChunkIsDamage() throws IOException {
        image.group(1);
        int torn = image.size();
        image.prefix(0).raw((byte) 1, (byte) 2, (byte) 3);
        walk(image.toBytes());
        assertFound(chunk(1, 0), behind(torn));
    }

    @Test
    void behindAChunkWithoutItsLengthNothingMayFollow() throws IOException {
        image.group(1, image.put(1, "ab"));
        int second = image.size();
        image.group(2, image.put(2, "ab"));
        int third = image.size();
        image.group(3, image.put(3, "ab"));
        byte[] whole = image.toBytes();
        Arrays.fill(whole, second, second + 4, (byte) 0);
        walk(whole);
        assertFound(chunk(1, 0), between(second, second + 4), chunk(2, second), chunk(3, third));
    }

    /** An excerpt that was being written when the process ended is the end; no excerpt of ours is that long. */
    @Test
    void anIncompleteExcerptIsTheEndIfItCanBeOne() throws IOException {
        image.group(1);
        int open = image.size();
        walk(SegmentImage.join(image.toBytes(), prefix(INCOMPLETE | 2 * ChunkFormat.CHUNK_BYTES), new byte[100]));
        assertFound(chunk(1, 0));
        walk(SegmentImage.join(image.toBytes(), prefix(INCOMPLETE | 2 * ChunkFormat.CHUNK_BYTES + 1), new byte[100]));
        assertFound(chunk(1, 0), behind(open));
    }

    @Test
    void behindALengthThatIsNonsenseTheNextChunkIsFound() throws IOException {
        for (int nonsense : new int[] {0x3FFFFFFF, 10_000, 1, 31, 32, 0x40000000, 0x40010000, 0x90000001}) {
            SegmentImage damaged = new SegmentImage();
            damaged.group(1);
            int torn = damaged.size();
            damaged.prefix(nonsense).raw(new byte[50]).raw((byte) 1, (byte) 0);
            int next = damaged.size();
            damaged.group(2, damaged.put(2, "abc"));
            int last = damaged.size();
            damaged.group(3);
            walk(damaged.toBytes());
            assertFound(chunk(1, 0), between(torn, next + 4), chunk(2, next), chunk(3, last));
        }
    }

    @Test
    void aHeadThatIsDamagedCostsItsChunkAlone() throws IOException {
        image.group(1, image.put(1, "abc"));
        int second = image.size();
        image.group(2, image.put(2, "abc"));
        int third = image.size();
        image.group(3, image.put(3, "abc"));
        byte[] bytes = image.toBytes();
        bytes[second + 4 + 20] ^= 1;
        walk(bytes);
        assertFound(chunk(1, 0), between(second, third + 4), chunk(3, third));
    }

    /** Its length and its head contradict each other; a newer version might mean something by that. */
    @Test
    void aHeadSaysTheLengthOfItsChunkInThisVersion() throws IOException {
        SegmentImage other = new SegmentImage();
        byte[] entry = other.put(1, "abc");
        byte[] more = SegmentImage.join(entry, new byte[3]);
        other.chunk(new Head(ChunkFormat.VERSION, ChunkFormat.COMMIT, entry.length, 0, 1, 1), more);
        walk(other.toBytes());
        assertFound(between(0, 4), chunk(1, 0));
        SegmentImage newer = new SegmentImage();
        newer.chunk(new Head(ChunkFormat.VERSION + 1, ChunkFormat.COMMIT, entry.length, 0, 1, 1), more);
        walk(newer.toBytes());
        assertFound(chunk(1, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, ChunkFormat.ENTRIES_BYTES + 1, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aHeadThatSaysMoreThanAChunkHoldsIsNoneWhereItIsLookedFor(int entriesBytes) throws IOException {
        byte[] head = image.head(new Head(ChunkFormat.VERSION, ChunkFormat.COMMIT, entriesBytes, 0, 2, 1));
        image.group(1);
        int torn = image.size();
        image.prefix(0).raw(head).raw(new byte[200_000]).raw((byte) 1);
        walk(image.toBytes());
        assertFound(chunk(1, 0), behind(torn));
    }

    @Test
    void theLargestChunkIsFoundWhereverItStands() throws IOException {
        byte[] largest = image.put(1, new byte[ChunkFormat.ENTRIES_BYTES - ChunkFormat.ENTRY_HEAD_BYTES]);
        List<String> expected = new ArrayList<>();
        for (int group = 1; group <= 5; group++) {
            image.chronicles(1000);
            expected.add(chunk(group, image.size()));
            image.group(group, largest);
        }
        walk(image.toBytes());
        assertEquals(expected, found);
        // Whatever the window held before.
        for (int more = 0; more < 3; more++) {
            image.chronicles(100_000);
            expected.add(chunk(6, image.size()));
            image.group(6, largest);
            walk(image.toBytes());
            assertEquals(expected, found);
        }
    }

    @Test
    void aChunkThatIsLargerThanAnyIsPassedOver() throws IOException {
        byte[] entries = new byte[ChunkFormat.ENTRIES_BYTES + 1];
        image.chunk(0, 1, 0, entries);
        int second = image.size();
        image.group(2);
        walk(image.toBytes());
        assertFound(between(0, second + 4), chunk(2, second));
    }

    /** Where the chunk that is looked for begins in another window than what is damaged. */
    @Test
    void theNextChunkIsFoundHoweverFarAway() throws IOException {
        image.group(1);
        int torn = image.size();
        image.prefix(3).raw(new byte[700_000]).raw((byte) 1);
        image.raw(new byte[-image.size() & 3]);
        int next = image.size();
        image.group(2);
        int last = image.size();
        image.group(3);
        walk(image.toBytes());
        assertFound(chunk(1, 0), between(torn, next + 4), chunk(2, next), chunk(3, last));
    }

    @Test
    void theNextChunkIsFoundHoweverLarge() throws IOException {
        image.prefix(3);
        image.group(1, image.put(1, new byte[ChunkFormat.ENTRIES_BYTES - ChunkFormat.ENTRY_HEAD_BYTES]));
        walk(image.toBytes());
        assertFound(between(0, 8), chunk(1, 4));
    }

    @Test
    void whatFollowsTheLastChunkIsReportedOnce() throws IOException {
        image.group(1);
        int torn = image.size();
        image.prefix(5).raw(new byte[300_000]).raw((byte) 1);
        walk(image.toBytes());
        assertFound(chunk(1, 0), behind(torn));
    }

    @Test
    void aWalkMayBeginAtAChunk() throws IOException {
        image.group(1, image.put(1, "abc"));
        int second = image.size();
        image.group(2, image.put(2, "abc"));
        Path file = Files.write(folder.resolve("segment"), image.toBytes());
        try (SegmentWalk walk =
                SegmentWalk.openAtChunk(new SegmentFiles(), new ChunkFormat(SegmentImage.SALT), file, second + 4L)) {
            Head head = walk.next();
            assertNotNull(head);
            assertEquals(2, head.group());
            assertEquals(second + 4L, walk.position());
            assertNull(walk.next());
        }
    }

    @Test
    void noFileStaysOpen() throws IOException {
        Path file = Files.write(folder.resolve("segment"), image.group(1).toBytes());
        List<FileChannel> opened = new ArrayList<>();
        boolean[] closedAtOnce = new boolean[1];
        SegmentFiles files = new SegmentFiles() {
            @Override
            FileChannel openToRead(Path path) throws IOException {
                FileChannel channel = super.openToRead(path);
                if (closedAtOnce[0]) {
                    channel.close();
                }
                opened.add(channel);
                return channel;
            }
        };
        ChunkFormat format = new ChunkFormat(SegmentImage.SALT);
        SegmentWalk.open(files, format, file).close();
        closedAtOnce[0] = true;
        assertThrows(
                IOException.class, () -> SegmentWalk.open(files, format, file).close());
        assertEquals(
                List.of(false, false), opened.stream().map(FileChannel::isOpen).toList());
    }

    private void walk(byte[] bytes) throws IOException {
        found.clear();
        Path file = Files.write(folder.resolve("segment"), bytes);
        try (SegmentWalk walk = open(file)) {
            Head head = walk.next();
            while (head != null) {
                note(walk.takeDamage());
                found.add(head.group() + " at " + walk.position());
                assertNull(walk.takeDamage(), "said once");
                head = walk.next();
            }
            note(walk.takeDamage());
            assertNull(walk.next(), "the end stays the end");
            end = walk.end();
        }
    }

    private static SegmentWalk open(Path file) throws IOException {
        return SegmentWalk.open(new SegmentFiles(), new ChunkFormat(SegmentImage.SALT), file);
    }

    private void note(String damage) {
        if (damage != null) {
            found.add(damage);
        }
    }

    private void assertFound(String... expected) {
        assertEquals(List.of(expected), found);
    }

    /** A chunk whose prefix stands at an offset. */
    private static String chunk(long group, int prefix) {
        return group + " at " + (prefix + 4);
    }

    private static String between(int from, int to) {
        return "what lies between the bytes " + from + " and " + to + " cannot be read";
    }

    private static String behind(int from) {
        return "what lies behind the byte " + from + " cannot be read";
    }

    private static byte[] prefix(int prefix) {
        return new SegmentImage().prefix(prefix).toBytes();
    }
}
