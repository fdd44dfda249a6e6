package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.persistence.chronicle.ChunkFormat.Head;
import dev.aldis.mqtt.persistence.chronicle.FaultyFiles.Step;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class QueueWriterTest {

    private static final long SALT = 4711;

    @TempDir
    Path temporary;

    private Path folder;
    private StorePaths paths;

    /** Knows up to where each file has its room. */
    private static final class ReservedFiles extends SegmentFiles {

        private final Map<FileChannel, Long> ends = new HashMap<>();
        private final List<Path> forced = new ArrayList<>();
        private long end;

        @Override
        void reserve(FileChannel channel, long from, long to) throws IOException {
            assertEquals(ends.getOrDefault(channel, 0L), from, "no gap");
            super.reserve(channel, from, to);
            ends.put(channel, to);
            end = to;
        }

        @Override
        void force(Path file, FileChannel channel) throws IOException {
            super.force(file, channel);
            forced.add(file);
        }

        @Override
        void forceFolder(Path forcedFolder) throws IOException {
            super.forceFolder(forcedFolder);
            forced.add(forcedFolder);
        }
    }

    @BeforeEach
    void realFolder() throws IOException {
        Preflight.check();
        folder = temporary.toRealPath();
        paths = new StorePaths(folder, "client");
    }

    /** Where a mapped byte finds no room on the disk, the JVM ends. */
    @Test
    void whatIsWrittenWasReservedBeforeAndNotMuchMore() throws IOException {
        ReservedFiles files = new ReservedFiles();
        try (QueueWriter writer = new QueueWriter(files, paths, 1, SALT)) {
            assertEquals(64 << 10, files.end, "a small store takes little of the disk");
            for (int round = 0; round < 300; round++) {
                int lengthBytes = round % 7 == 0 ? ChunkFormat.CHUNK_BYTES : 1000 + round;
                long start = writer.write(chunk(writer, lengthBytes), lengthBytes);
                assertEquals(start + lengthBytes, writer.position());
                assertTrue(writer.position() <= files.end, "round " + round);
                assertTrue(files.end <= 2 * writer.position() + (256 << 10), "round " + round);
                assertTrue(files.end <= writer.position() + (1 << 20) + (256 << 10), "round " + round);
                assertEquals(Math.max(64 << 10, writer.position()), writer.sizeBytes());
            }
        }
    }

    @Test
    void eachChunkStandsWhereItIsSaidToBe() throws IOException {
        List<Long> starts = new ArrayList<>();
        Path first;
        Path second;
        try (QueueWriter writer = new QueueWriter(new SegmentFiles(), paths, 7, SALT)) {
            first = writer.file();
            assertEquals(StorePaths.segment(paths.queue(7, SALT), 7), first);
            assertEquals(0, writer.position());
            for (int lengthBytes : new int[] {32, 33, 1000, ChunkFormat.CHUNK_BYTES}) {
                starts.add(writer.write(chunk(writer, lengthBytes), lengthBytes));
            }
            byte[] before = Files.readAllBytes(first);
            writer.roll();
            assertEquals(8, writer.segment());
            assertEquals(0, writer.position());
            second = writer.file();
            assertEquals(StorePaths.segment(writer.folder(), 8), second);
            starts.add(writer.write(chunk(writer, 100), 100));
            int end = (int) (starts.get(3) + ChunkFormat.CHUNK_BYTES);
            assertArrayEquals(Arrays.copyOf(before, end), Arrays.copyOf(Files.readAllBytes(first), end));
        }
        assertEquals(starts, starts(first, second));
    }

    /** Where chunks are found. */
    private static List<Long> starts(Path... files) throws IOException {
        List<Long> starts = new ArrayList<>();
        for (Path file : files) {
            try (SegmentWalk walk = SegmentWalk.open(new SegmentFiles(), new ChunkFormat(SALT), file)) {
                while (walk.next() != null) {
                    starts.add(walk.position());
                }
                assertNull(walk.takeDamage());
            }
        }
        return starts;
    }

    @Test
    void halfAChunkIsNotInTheFile() throws IOException {
        Path file;
        try (QueueWriter writer = new QueueWriter(new SegmentFiles(), paths, 1, SALT)) {
            file = writer.file();
            writer.write(chunk(writer, 100), 100);
            byte[] tooShort = new byte[100];
            assertThrows(RuntimeException.class, () -> writer.write(tooShort, 200));
        }
        assertEquals(1, starts(file).size());
    }

    @Test
    void theNamesAreForcedUpToTheFolderThatTheUserNamed() throws IOException {
        ReservedFiles files = new ReservedFiles();
        try (QueueWriter writer = new QueueWriter(files, paths, 1, SALT)) {
            writer.force();
            writer.forceNames();
            assertEquals(List.of(writer.file(), writer.folder(), paths.folder(), folder), files.forced);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void nothingStaysOpenAfterAClose() throws IOException {
        QueueWriter writer = new QueueWriter(new SegmentFiles(), paths, 1, SALT);
        writer.write(chunk(writer, 100), 100);
        writer.roll();
        writer.write(chunk(writer, 100), 100);
        assertTrue(OpenFiles.below(folder).toString().contains(".cq4"), "the test sees what is open");
        writer.close();
        OpenFiles.assertNone(folder, file -> true);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"CREATE", "RESERVE"})
    @EnabledOnOs(OS.LINUX)
    void nothingStaysOpenOfAQueueThatCouldNotBeMade(Step failing) throws IOException {
        for (int failed = 0; failed < 2; failed++) {
            int last = failed;
            FaultyFiles files = new FaultyFiles();
            files.failWith(step -> {
                if (step == failing && files.count(step) == last) {
                    throw new IOException("no room");
                }
            });
            int segment = failed + 1;
            assertThrows(IOException.class, () -> new QueueWriter(files, paths, segment, SALT).close());
            OpenFiles.assertNone(folder, file -> true);
        }
    }

    private static byte[] chunk(QueueWriter writer, int lengthBytes) {
        byte[] chunk = new byte[lengthBytes];
        Head head = new Head(ChunkFormat.VERSION, 0, lengthBytes - ChunkFormat.HEAD_BYTES, 0, 1, 1);
        writer.format().writeHead(chunk, head);
        return chunk;
    }
}
