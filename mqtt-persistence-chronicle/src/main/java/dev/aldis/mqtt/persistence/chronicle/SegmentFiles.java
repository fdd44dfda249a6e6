package dev.aldis.mqtt.persistence.chronicle;

import dev.aldis.mqtt.spi.persistence.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * What is done to the files of a store apart from the queue's own memory mapping. A test can let each of these fail.
 *
 * <p>A mapped file of which a part has no room on the disk ends in a fault of the JVM when that part is written. So each
 * byte that the queue is going to write is written before as a zero, through a channel, which fails in order.
 */
class SegmentFiles {

    private static final int ZEROS_BYTES = 64 << 10;

    private final ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);

    /** Makes a file for the owner only, opened for reading and writing. */
    FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                OwnerOnly.file(file));
    }

    /** Gives a part of a file that is not in use yet its room on the disk. */
    void reserve(FileChannel channel, long start, long end) throws IOException {
        long position = start;
        while (position < end) {
            ByteBuffer piece = zeros.clear().limit((int) Math.min(ZEROS_BYTES, end - position));
            position += channel.write(piece, position);
        }
    }

    /** Is told before the queue writes. */
    void beforeWrite(Path file, long position) throws IOException {}

    /** Makes everything written to a file survive a loss of power. */
    void force(Path file, FileChannel channel) throws IOException {
        channel.force(false);
    }

    /** Makes the names in a folder survive a loss of power. */
    void forceFolder(Path folder) throws IOException {
        OwnerOnly.forceFolder(folder);
    }

    FileChannel openToRead(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    /** Reads bytes, as many as there are up to the limit of the buffer. */
    void read(FileChannel channel, ByteBuffer target, long position) throws IOException {
        long from = position - target.position();
        int read = 0;
        while (target.hasRemaining() && read >= 0) {
            read = channel.read(target, from + target.position());
        }
    }

    void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }
}
