package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are segments of a store, and in which order they were written. */
class StorePathsTest {

    @TempDir
    Path folder;

    private StorePaths paths;

    @BeforeEach
    void paths() {
        paths = new StorePaths(folder, "client");
    }

    /** As Chronicle names them, and as every later version of this library has to find them. */
    @Test
    void aSegmentIsNamedByAMinute() {
        Path queue = paths.queue(12, -1);
        assertEquals(folder.resolve("client.chronicle").resolve("12-ffffffffffffffff"), queue);
        assertEquals(-1, StorePaths.salt(queue));
        assertEquals(queue.resolve("19700101-0001.cq4"), StorePaths.segment(queue, 1));
        assertEquals(queue.resolve("19700102-0001.cq4"), StorePaths.segment(queue, 1441));
        assertEquals(queue.resolve("metadata.cq4t"), StorePaths.metadata(queue));
        assertEquals(60_000L * 1441, StorePaths.millis(1441));
        assertEquals(folder.resolve("client.chronicle.lock"), paths.lock());
    }

    @Test
    void segmentsAreFoundInTheOrderOfTheirNumbers() throws IOException {
        Path later = Files.createDirectories(paths.queue(10, 2));
        Path earlier = Files.createDirectories(paths.queue(9, -1));
        for (int number : new int[] {11, 10, 1500, Integer.MAX_VALUE - 1}) {
            Files.createFile(StorePaths.segment(later, number));
        }
        Files.createFile(StorePaths.segment(earlier, 9));
        assertEquals(
                List.of(
                        new StorePaths.Found(9, StorePaths.segment(earlier, 9), -1),
                        new StorePaths.Found(10, StorePaths.segment(later, 10), 2),
                        new StorePaths.Found(11, StorePaths.segment(later, 11), 2),
                        new StorePaths.Found(1500, StorePaths.segment(later, 1500), 2),
                        new StorePaths.Found(
                                Integer.MAX_VALUE - 1, StorePaths.segment(later, Integer.MAX_VALUE - 1), 2)),
                paths.segments());
    }

    @Test
    void whatIsNamedOtherwiseIsNoSegment() throws IOException {
        Path queue = Files.createDirectories(paths.queue(1, 2));
        Files.createFile(queue.resolve("19700101-0000.cq4"));
        Files.createFile(queue.resolve("60530123-0207.cq4"));
        Files.createFile(queue.resolve("19700101-0001.txt"));
        Files.createFile(queue.resolve("19691231-2359.cq4"));
        Files.createFile(queue.resolve("notes.cq4"));
        Files.createDirectory(queue.resolve("19700101-0002.cq4"));
        assertEquals(List.of(), paths.segments());
    }

    @Test
    void whatIsNamedOtherwiseOrNoFolderIsNoQueue() throws IOException {
        Path store = Files.createDirectories(paths.folder());
        Files.createDirectory(store.resolve("0-0000000000000001"));
        Files.createDirectory(store.resolve("1-1"));
        Files.createDirectory(store.resolve("notes"));
        Files.createFile(store.resolve("1-0000000000000001"));
        assertEquals(List.of(), paths.queues());
        Path queue = Files.createDirectory(store.resolve("999999999-0000000000000001"));
        assertEquals(List.of(queue), paths.queues());
        assertEquals(1, StorePaths.salt(queue));
    }

    @Test
    void aStoreThatIsNotThereHasNoQueue() throws IOException {
        assertEquals(List.of(), paths.queues());
        assertEquals(List.of(), paths.segments());
    }

    @Test
    void whatIsKeptAsideReplacesNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("segment"), "damaged");
        Path first = paths.keepAside(file);
        Path second = paths.keepAside(file);
        assertEquals(folder.resolve("client.damaged-1.cq4"), first);
        assertEquals(folder.resolve("client.damaged-2.cq4"), second);
        Files.delete(file);
        assertEquals("damaged", Files.readString(first));
        assertEquals("damaged", Files.readString(second));
    }
}
