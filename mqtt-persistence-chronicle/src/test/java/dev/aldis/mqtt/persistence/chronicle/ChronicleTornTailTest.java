package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import dev.aldis.mqtt.spi.persistence.testkit.CrashScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The newest segment, as a crash leaves it, ends at each byte of its last records: cut there, and with zeros from there
 * on. What is found are the first batches, whole, without a gap, and none is missing that ended before that byte.
 * {@code aldis.tornBatches} says of how many batches each byte is tried; 1 by default.
 */
@Timeout(1_200)
class ChronicleTornTailTest {

    private static final int BATCHES = 12;

    private static final int TORN = Integer.getInteger("aldis.tornBatches", 1);

    /** As much as may stand behind them without being in use. */
    private static final int BEHIND_BYTES = 1000;

    @TempDir
    Path folder;

    private final SegmentFiles files = new SegmentFiles();
    private final CrashScript script = new CrashScript(4711);

    @Tag("slow")
    @Test
    void whereverTheLastSegmentEndsWholeBatchesAreFoundWithoutAGap() throws IOException {
        int[] ends = new int[BATCHES + 1];
        byte[] crashed = write(ends);
        Path segment = TestStores.segments(folder).get(0);
        for (int end = ends[BATCHES - TORN]; end <= ends[BATCHES]; end++) {
            byte[] cut = Arrays.copyOf(crashed, end);
            check(segment, cut, wholeBatches(cut, crashed, ends), "cut at " + end);
            byte[] zeroed = Arrays.copyOf(cut, crashed.length);
            check(segment, zeroed, wholeBatches(zeroed, crashed, ends), "zeros from " + end);
        }
    }

    /** Chronicle writes the length of a chunk last: killed before that, a process leaves as much of the chunk as it had copied. */
    @Tag("slow")
    @Test
    void aProcessThatIsKilledWhileItWritesAChunkLeavesNoDamage() throws IOException {
        int[] ends = new int[BATCHES + 1];
        byte[] crashed = write(ends);
        Path segment = TestStores.segments(folder).get(0);
        int chunk = lastChunk(crashed);
        Arrays.fill(crashed, chunk - Integer.BYTES, chunk, (byte) 0);
        for (int end = chunk; end <= ends[BATCHES]; end++) {
            byte[] killed = Arrays.copyOf(Arrays.copyOf(crashed, end), crashed.length);
            Files.write(segment, killed);
            List<String> damage = new ArrayList<>();
            List<StoredRecord> found = read(damage::add);
            int batches = Arrays.equals(killed, crashed) ? BATCHES : BATCHES - 1;
            assertEquals(script.stateAfter(batches), found, "killed at " + end);
            assertEquals(List.of(), damage, "killed at " + end);
        }
    }

    private int lastChunk(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("copy"), bytes);
        ChunkFormat format = new ChunkFormat(
                new StorePaths(folder, "client").segments().get(0).salt());
        try (SegmentWalk walk = SegmentWalk.open(new SegmentFiles(), format, file)) {
            long last = 0;
            while (walk.next() != null) {
                last = walk.position();
            }
            return (int) last;
        }
    }

    /** How many batches an image has; the last byte of one may have been a zero before. */
    private static int wholeBatches(byte[] image, byte[] crashed, int[] ends) {
        int batches = 0;
        while (batches < BATCHES
                && ends[batches + 1] <= image.length
                && Arrays.equals(image, 0, ends[batches + 1], crashed, 0, ends[batches + 1])) {
            batches++;
        }
        return batches;
    }

    /** The segment as it was before the store was closed, and where each batch ends in it. */
    private byte[] write(int[] ends) throws IOException {
        try (SessionStore store = TestStores.open(folder)) {
            ChangeBatch batch = new ChangeBatch();
            for (int number = 1; number <= BATCHES; number++) {
                script.fill(batch, number);
                TestStores.apply(store, batch);
                ends[number] =
                        end(Files.readAllBytes(TestStores.segments(folder).get(0)));
            }
            return Arrays.copyOf(Files.readAllBytes(TestStores.segments(folder).get(0)), ends[BATCHES] + BEHIND_BYTES);
        }
    }

    private int end(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("copy"), bytes);
        ChunkFormat format = new ChunkFormat(
                new StorePaths(folder, "client").segments().get(0).salt());
        try (SegmentWalk walk = SegmentWalk.open(new SegmentFiles(), format, file)) {
            while (walk.next() != null) {
                assertTrue(walk.end() <= bytes.length);
            }
            return (int) walk.end();
        }
    }

    /** Reads without opening, which would write to the disk for each of a thousand images. */
    private void check(Path segment, byte[] image, int batches, String when) throws IOException {
        Files.write(segment, image);
        List<StoredRecord> found = read(damage -> {});
        assertEquals(script.stateAfter(batches), found, when);
    }

    private List<StoredRecord> read(Consumer<String> damageListener) throws IOException {
        StorePaths paths = new StorePaths(folder, "client");
        Recovery recovery = new Recovery(files, paths, damageListener);
        recovery.run();
        RecordLog log = new RecordLog(files, paths, recovery, new RecordLog.Settings(1 << 20, 1 << 20, false));
        List<StoredRecord> found = log.scan(0, Integer.MAX_VALUE);
        log.close();
        return found;
    }

    /** One of them through the front door. */
    @Test
    void aStoreGoesOnBehindATornEnd() throws IOException {
        int[] ends = new int[BATCHES + 1];
        byte[] crashed = write(ends);
        Path segment = TestStores.segments(folder).get(0);
        for (int missing : new int[] {1, 100}) {
            Files.write(segment, Arrays.copyOf(crashed, ends[BATCHES] - missing));
            try (SessionStore store = TestStores.open(folder, damage -> {})) {
                assertEquals(script.stateAfter(BATCHES - 1), store.scan(0, Integer.MAX_VALUE));
                ChangeBatch batch = new ChangeBatch();
                script.fill(batch, BATCHES);
                TestStores.apply(store, batch);
            }
            try (SessionStore store = TestStores.open(folder)) {
                assertEquals(script.stateAfter(BATCHES), store.scan(0, Integer.MAX_VALUE));
            }
            for (Path left : TestStores.segments(folder)) {
                Files.delete(left);
            }
            Files.createDirectories(segment.getParent());
        }
    }
}
