package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.spi.persistence.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.io.BackgroundResourceReleaser;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LegacyRollCycles;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * Writes chunks into a queue of Chronicle that nobody has written before. The queue's clock is the number of the segment, so
 * that it begins a new file exactly when it is told to. Used by one thread at a time. After an exception it is to be
 * closed: what it was writing is nowhere, or in the file as a chunk of a group without its end.
 */
final class QueueWriter implements AutoCloseable {

    /** What Chronicle maps at a time. The files are sparse: on the disk is what was reserved. */
    private static final int BLOCK_BYTES = 1 << 20;

    private static final int METADATA_BYTES = 8 << 10;

    /** Chronicle's own entries between two of ours: an index, and the end of the file. */
    private static final int MARGIN_BYTES = 16 << 10;

    private static final long FIRST_RESERVE_BYTES = 64 << 10;
    private static final long LARGEST_RESERVE_BYTES = 1 << 20;

    private static final int INDEX_COUNT = 256;
    private static final int INDEX_SPACING = 64;
    private static final int LOCK_MILLIS = 1000;

    private final SegmentFiles files;
    private final Path folder;
    private final ChunkFormat format;
    private int segment;
    private Path file;
    private FileChannel channel;
    private final ChronicleQueue queue;
    private final ExcerptAppender appender;
    private long position;
    private long reserved;

    /**
     * Makes a queue.
     *
     * @param segment the number of its first segment
     * @param salt what its checksums begin with
     * @throws IOException if there is no room, or no permission
     */
    QueueWriter(SegmentFiles files, StorePaths paths, int segment, long salt) throws IOException {
        this.files = files;
        this.folder = paths.queue(segment, salt);
        this.format = new ChunkFormat(salt);
        this.segment = segment;
        OwnerOnly.createFolders(folder);
        try (FileChannel metadata = files.create(StorePaths.metadata(folder))) {
            files.reserve(metadata, 0, METADATA_BYTES);
        }
        this.queue = SingleChronicleQueueBuilder.binary(folder.toFile())
                .rollCycle(LegacyRollCycles.MINUTELY)
                .epoch(0)
                .timeProvider(this::millis)
                .blockSize(BLOCK_BYTES)
                .indexCount(INDEX_COUNT)
                .indexSpacing(INDEX_SPACING)
                .timeoutMS(LOCK_MILLIS)
                .build();
        try {
            // Before the first file is there: Chronicle would wait for whoever is about to fill it.
            appender = queue.createAppender();
            appender.singleThreadedCheckDisabled(true);
            file = StorePaths.segment(folder, segment);
            channel = files.create(file);
        } catch (IOException | RuntimeException | Error e) {
            closeQueue();
            throw e;
        }
        try {
            reserveFirst();
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private long millis() {
        return StorePaths.millis(segment);
    }

    ChunkFormat format() {
        return format;
    }

    Path folder() {
        return folder;
    }

    int segment() {
        return segment;
    }

    Path file() {
        return file;
    }

    /** Where the last chunk ends. */
    long position() {
        return position;
    }

    /** How much of the disk the segment uses, apart from what is reserved ahead. */
    long sizeBytes() {
        return sizeBytes(position);
    }

    /** What a segment uses of the disk whose last chunk ends at a position. */
    static long sizeBytes(long end) {
        return Math.max(FIRST_RESERVE_BYTES, end);
    }

    /** Begins a new segment; the one before does not change any more. */
    void roll() throws IOException {
        int next = segment + 1;
        Path nextFile = StorePaths.segment(folder, next);
        FileChannel nextChannel = files.create(nextFile);
        FileChannel before = channel;
        channel = nextChannel;
        file = nextFile;
        segment = next;
        before.close();
        reserveFirst();
    }

    private void reserveFirst() throws IOException {
        position = 0;
        reserved = 0;
        reserve(FIRST_RESERVE_BYTES);
    }

    private void reserve(long end) throws IOException {
        files.reserve(channel, reserved, end);
        reserved = end;
    }

    /**
     * Writes a chunk.
     *
     * @return where in the file it begins
     */
    long write(byte[] chunk, int lengthBytes) throws IOException {
        long needed = position + lengthBytes + MARGIN_BYTES;
        if (needed > reserved) {
            long step = Math.min(Math.max(reserved, FIRST_RESERVE_BYTES), LARGEST_RESERVE_BYTES);
            reserve(Math.max(needed, reserved + step));
        }
        files.beforeWrite(file, position);
        try (DocumentContext document = appender.writingDocument()) {
            try {
                Bytes<?> bytes = wireBytes(document);
                long start = bytes.writePosition();
                bytes.write(chunk, 0, lengthBytes);
                position = start + lengthBytes;
                return start;
            } catch (RuntimeException | Error e) {
                // Closing the document would otherwise make half a chunk valid.
                document.rollbackOnClose();
                throw e;
            }
        }
    }

    private static Bytes<?> wireBytes(DocumentContext document) {
        var wire = document.wire();
        if (wire == null) {
            throw new IllegalStateException("Chronicle Queue gave a document without a wire to write to");
        }
        return wire.bytes();
    }

    /** Makes the segment survive a loss of power. */
    void force() throws IOException {
        files.force(file, channel);
    }

    /** Makes the name of the segment survive a loss of power. */
    void forceNames() throws IOException {
        files.forceFolder(folder);
        Path store = folder.getParent();
        Path parent = store == null ? null : store.getParent();
        if (store != null && parent != null) {
            files.forceFolder(store);
            files.forceFolder(parent);
        }
    }

    @Override
    public void close() throws IOException {
        FileChannel last = channel;
        try (last) {
            appender.close();
            closeQueue();
        }
    }

    private void closeQueue() {
        queue.close();
        // Chronicle would close its files some time later.
        BackgroundResourceReleaser.releasePendingResources();
    }
}
