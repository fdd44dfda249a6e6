package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentFilesTest {

    @TempDir
    Path folder;

    private final SegmentFiles files = new SegmentFiles();

    /** A mapped byte without room on the disk would end the JVM. */
    @Test
    void eachByteThatIsReservedIsInTheFileAndNoOther() throws IOException {
        Path file = folder.resolve("segment");
        byte[] expected = new byte[200_001];
        Arrays.fill(expected, 0, 100, (byte) 1);
        try (FileChannel channel = files.create(file)) {
            channel.write(ByteBuffer.wrap(expected, 0, 100));
            files.reserve(channel, 100, 100);
            assertEquals(100, channel.size());
            files.reserve(channel, 100, 70_000);
            assertEquals(70_000, channel.size());
            files.reserve(channel, 70_000, 200_001);
        }
        assertArrayEquals(expected, Files.readAllBytes(file));
    }

    @Test
    void asManyBytesAreReadAsThereAre() throws IOException {
        Path file = Files.write(folder.resolve("segment"), new byte[] {1, 2, 3, 4, 5});
        try (FileChannel channel = files.openToRead(file)) {
            ByteBuffer some = ByteBuffer.allocate(10).position(2).limit(5);
            files.read(channel, some, 1);
            assertEquals(5, some.position());
            assertArrayEquals(new byte[] {0, 0, 2, 3, 4, 0, 0, 0, 0, 0}, some.array());
            ByteBuffer more = ByteBuffer.allocate(10);
            files.read(channel, more, 3);
            assertEquals(2, more.position());
            files.read(channel, more, 5);
            assertEquals(2, more.position(), "nothing behind the end");
        }
    }

    @Test
    void aFileThatIsThereIsNotTakenForANewOne() throws IOException {
        Path file = Files.writeString(folder.resolve("segment"), "theirs");
        assertThrows(FileAlreadyExistsException.class, () -> files.create(file).close());
        assertEquals("theirs", Files.readString(file));
    }

    @Test
    void whatIsDeletedAlreadyIsNoError() throws IOException {
        Path file = Files.createFile(folder.resolve("segment"));
        files.delete(file);
        assertFalse(Files.exists(file));
        files.delete(file);
    }
}
