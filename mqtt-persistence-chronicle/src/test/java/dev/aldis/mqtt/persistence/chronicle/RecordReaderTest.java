package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.chronicle.FaultyFiles.Step;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each record is what was written, wherever it stands; and records in a row do not cost a read each. */
class RecordReaderTest {

    /** What one look reads that is not going on in a row. */
    private static final int SMALL = 8 << 10;

    /** What an entry takes that fits 64 times into a small look. */
    private static final int ENTRY_BYTES = SMALL / 64;

    @TempDir
    Path folder;

    private final CountingFiles files = new CountingFiles();
    private final Segments segments = new Segments();
    private final RecordReader reader = new RecordReader(files, segments, "the store");

    /** Knows how much was asked for at a time. */
    private static final class CountingFiles extends FaultyFiles {

        private final List<Integer> sizes = new ArrayList<>();

        @Override
        void read(FileChannel channel, ByteBuffer target, long position) throws IOException {
            sizes.add(target.remaining());
            super.read(channel, target, position);
        }
    }

    /** A segment as it grows: where each record stands. */
    private final class Written {

        private final SegmentImage image = new SegmentImage();
        private final int number = segments.all().size() + 1;
        private final List<Long> locations = new ArrayList<>();
        private int group = 1;

        /** Adds one chunk with records of these lengths; its last byte is the last one of the last record. */
        Written chunk(int... lengths) {
            byte[][] entries = new byte[lengths.length][];
            int at = image.size() + Integer.BYTES + ChunkFormat.HEAD_BYTES;
            for (int i = 0; i < lengths.length; i++) {
                entries[i] = image.put(locations.size(), content(locations.size(), lengths[i]));
                locations.add(Location.of(number - 1, at, entries[i].length));
                at += entries[i].length;
            }
            image.group(group++, SegmentImage.join(entries));
            return this;
        }

        Written end() throws IOException {
            segments.add(number, image.writeTo(folder, number), new ChunkFormat(SegmentImage.SALT));
            return this;
        }

        void assertRead(int key, int length) throws IOException {
            StoredRecord record = reader.read(key, locations.get(key));
            assertEquals(key, record.key());
            assertEquals(7, record.kind());
            assertEquals(ByteBuffer.wrap(content(key, length)), record.content().asByteBuffer());
        }
    }

    private static byte[] content(int key, int length) {
        byte[] content = new byte[length];
        Arrays.fill(content, (byte) (key + 1));
        return content;
    }

    private static int[] entries(int count) {
        int[] lengths = new int[count];
        Arrays.fill(lengths, ENTRY_BYTES - ChunkFormat.ENTRY_HEAD_BYTES);
        return lengths;
    }

    private static void assertEntries(Written written, int from, int to) throws IOException {
        for (int key = from; key < to; key++) {
            written.assertRead(key, ENTRY_BYTES - ChunkFormat.ENTRY_HEAD_BYTES);
        }
    }

    @AfterEach
    void close() throws IOException {
        reader.close();
        assertEquals(0, files.openToRead());
    }

    @Test
    void whatWasReadAroundARecordIsNotReadAgain() throws IOException {
        Written written = new Written().chunk(entries(1000)).end();
        assertEntries(written, 0, 64);
        assertEquals(List.of(SMALL), files.sizes, "as far as the first look came");
        assertEntries(written, 0, 1);
        assertEntries(written, 0, 64);
        assertEquals(List.of(SMALL), files.sizes, "nor for going back");
        assertEntries(written, 64, 1000);
        assertEquals(2, files.sizes.size(), "records in a row are read with one look");
        assertEquals(1, files.count(Step.OPEN));
    }

    @Test
    void whoJumpsReadsLittleAndWhoGoesOnFromThereReadsMuch() throws IOException {
        Written written = new Written();
        for (int chunk = 0; chunk < 8; chunk++) {
            written.chunk(entries(1000));
        }
        written.end();
        assertEntries(written, 5000, 5001);
        assertEntries(written, 0, 1);
        assertEntries(written, 7000, 7001);
        assertEquals(List.of(SMALL, SMALL, SMALL), files.sizes, "forwards and backwards");
        assertEntries(written, 7000, 8000);
        assertEquals(4, files.sizes.size());
        assertEquals(1, files.count(Step.OPEN), "it is one file");
    }

    /** The head of such a record is in the first look, and not all of it. */
    @Test
    void aRecordThatIsLongerThanTheFirstLookIsReadWithWhatFollows() throws IOException {
        Written written = new Written().chunk(SMALL, 10, 10, 3 * SMALL, 10).end();
        written.assertRead(0, SMALL);
        written.assertRead(1, 10);
        written.assertRead(2, 10);
        written.assertRead(3, 3 * SMALL);
        written.assertRead(4, 10);
        assertEquals(2, files.sizes.size());
    }

    @Test
    void aRecordMayBeTheLastThingInItsFile() throws IOException {
        Written written =
                new Written().chunk(2 * SMALL - ChunkFormat.ENTRY_HEAD_BYTES).end();
        Path file = segments.newest().file();
        assertEquals(Location.offset(written.locations.get(0)) + 2L * SMALL, Files.size(file));
        written.assertRead(0, 2 * SMALL - ChunkFormat.ENTRY_HEAD_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(file) - 1);
        }
        reader.close();
        IOException failure = assertThrows(IOException.class, () -> reader.read(0, written.locations.get(0)));
        assertTrue(failure.getMessage().contains("shorter"), failure::getMessage);
    }

    @Test
    void theLargestRecordThatFitsIntoAChunkIsReadAsAnyOther() throws IOException {
        int largest = ChunkFormat.ENTRIES_BYTES - ChunkFormat.ENTRY_HEAD_BYTES;
        Written written = new Written().chunk(largest).chunk(5).end();
        written.assertRead(0, largest);
        written.assertRead(1, 5);
    }

    @Test
    void oneFileIsOpenAtATimeAndNoneOfWhatIsGoingToBeDeleted() throws IOException {
        Written first = new Written().chunk(10).end();
        Written second = new Written().chunk(10).end();
        first.assertRead(0, 10);
        assertEquals(1, files.openToRead());
        second.assertRead(0, 10);
        assertEquals(1, files.openToRead());
        reader.leave(segments.oldest());
        second.assertRead(0, 10);
        assertEquals(2, files.sizes.size(), "what is known of others stays");
        reader.leave(segments.newest());
        assertEquals(0, files.openToRead());
        second.assertRead(0, 10);
        assertEquals(3, files.sizes.size(), "nothing of it was kept");
    }

    @Test
    void whatWasWrittenBehindTheLastRecordIsSeenAfterALookAfresh() throws IOException {
        Written first = new Written().chunk(10).end();
        Written second = new Written().chunk(10).end();
        second.assertRead(0, 10);
        second.chunk(20);
        second.image.writeTo(folder, 2);
        reader.refresh();
        second.assertRead(1, 20);
        first.assertRead(0, 10);
        int reads = files.sizes.size();
        reader.refresh();
        first.assertRead(0, 10);
        assertEquals(reads, files.sizes.size(), "the others do not change any more");
    }

    @Test
    void aRecordOfAnotherKeyIsNotTakenForTheOneAskedFor() throws IOException {
        Written written = new Written().chunk(10, 10).end();
        StoreException failure = assertThrows(StoreException.class, () -> reader.read(1, written.locations.get(0)));
        assertTrue(failure.getMessage().contains("Record 1 of the store the store"), failure::getMessage);
    }
}
