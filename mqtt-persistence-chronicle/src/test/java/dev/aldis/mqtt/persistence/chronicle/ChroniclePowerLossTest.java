package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.AppendCompletion;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import dev.aldis.mqtt.spi.persistence.testkit.CrashScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keeps what the disk holds at each force: for each file its content when it was forced last. A loss of power leaves that,
 * and of what was written since, each sector or not, as it happens. From all that has been stored at {@code POWER} nothing
 * may be missing then, and what was not yet stored is there in whole batches or not at all. {@code aldis.powerLosses} says
 * how many losses are tried; 40 by default.
 */
@Timeout(1_200)
class ChroniclePowerLossTest {

    private static final int LOSSES = Integer.getInteger("aldis.powerLosses", 40);
    private static final int BATCHES = 300;
    private static final int SECTOR_BYTES = 512;

    /** What the disk held at some moment: the forced files, the same with all that was written, and what was deleted. */
    private record Moment(
            int completed, Map<Path, byte[]> forced, Map<Path, byte[]> written, Map<Path, byte[]> deleted) {}

    @TempDir
    Path folder;

    private final Map<Path, byte[]> forced = new TreeMap<>();
    private final Map<Path, byte[]> deleted = new TreeMap<>();
    private final List<Moment> moments = new ArrayList<>();

    /** Touched by the store's thread only. */
    private int completed;

    /** Looks at the files whenever one is about to be forced, and just afterwards. */
    private final class RecordingFiles extends SegmentFiles {

        private final Path live;
        private final Random random;

        RecordingFiles(Path live, Random random) {
            this.live = live;
            this.random = random;
        }

        @Override
        void force(Path file, FileChannel channel) throws IOException {
            remember();
            super.force(file, channel);
            forced.put(live.relativize(file), content(file));
            remember();
        }

        @Override
        void delete(Path file) throws IOException {
            super.delete(file);
            byte[] content = forced.remove(live.relativize(file));
            if (content != null) {
                deleted.put(live.relativize(file), content);
            }
        }

        private void remember() throws IOException {
            if (random.nextInt(4) == 0) {
                Map<Path, byte[]> written = new TreeMap<>();
                for (Path segment : TestStores.segments(live)) {
                    written.put(live.relativize(segment), content(segment));
                }
                moments.add(new Moment(completed, new TreeMap<>(forced), written, new TreeMap<>(deleted)));
            }
        }
    }

    @Test
    void aLossOfPowerCostsNothingThatWasStored() throws IOException {
        long seed = Long.getLong("aldis.seed", System.nanoTime());
        Random random = new Random(seed);
        CrashScript script = new CrashScript(seed);
        Path live = Files.createDirectory(folder.resolve("live"));
        SegmentFiles files = new RecordingFiles(live, new Random(seed));
        try (SessionStore store = TestStores.openSmall(live, files, Durability.POWER, TestStores::noDamage)) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            append(store, script, 1, done);
            done.join();
        }
        assertTrue(moments.size() > 20, () -> "moments " + moments.size());
        for (int i = 0; i < LOSSES; i++) {
            Moment moment = moments.get(random.nextInt(moments.size()));
            String when = "loss " + i + " after batch " + moment.completed() + ", seed " + seed
                    + " (replay with -Daldis.seed=" + seed + ")";
            check(afterPowerLoss(moment, random), moment.completed(), script, when);
        }
    }

    /** Each batch when the one before is complete, so that the same seed always does the same. */
    private void append(SessionStore store, CrashScript script, int number, CompletableFuture<Void> done) {
        ChangeBatch batch = new ChangeBatch();
        script.fill(batch, number);
        store.append(batch, new AppendCompletion() {
            @Override
            public void appended() {
                completed = number;
                if (number == BATCHES) {
                    done.complete(null);
                } else {
                    append(store, script, number + 1, done);
                }
            }

            @Override
            public void failed(StoreException cause) {
                done.completeExceptionally(cause);
            }
        });
    }

    private static Map<Path, byte[]> afterPowerLoss(Moment moment, Random random) {
        Map<Path, byte[]> image = new TreeMap<>();
        int percent = random.nextInt(101);
        moment.written().forEach((file, written) -> {
            byte[] bytes = moment.forced().get(file);
            boolean named = bytes != null || random.nextBoolean();
            byte[] mixed = bytes == null ? new byte[0] : bytes;
            mixed = Arrays.copyOf(mixed, Math.max(mixed.length, written.length));
            for (int start = 0; start < written.length; start += SECTOR_BYTES) {
                if (random.nextInt(100) < percent) {
                    System.arraycopy(written, start, mixed, start, Math.min(SECTOR_BYTES, written.length - start));
                }
            }
            if (named) {
                image.put(file, mixed);
            }
        });
        // That a file was deleted need not have reached the disk.
        moment.deleted().forEach((file, bytes) -> {
            if (random.nextInt(4) == 0) {
                image.put(file, bytes);
            }
        });
        return image;
    }

    /** A file without the zeros at its end. */
    private static byte[] content(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }

    private void check(Map<Path, byte[]> image, int stored, CrashScript script, String when) throws IOException {
        Path crashed = Files.createTempDirectory(folder, "crashed");
        image.forEach((file, bytes) -> write(crashed.resolve(file), bytes));
        List<String> damage = new ArrayList<>();
        try (SessionStore store = TestStores.openSmall(crashed, new SegmentFiles(), Durability.PROCESS, damage::add)) {
            List<StoredRecord> survivors = store.scan(0, Integer.MAX_VALUE);
            int last = CrashScript.lastBatchIn(survivors);
            assertTrue(last >= stored, () -> "the last batch found is " + last + ", " + when + ", damage " + damage);
            assertEquals(script.stateAfter(last), survivors, when);
        }
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
