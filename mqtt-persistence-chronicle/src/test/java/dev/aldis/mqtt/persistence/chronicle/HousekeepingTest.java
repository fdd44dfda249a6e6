package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.persistence.chronicle.FaultyFiles.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is deleted, and what is not. */
class HousekeepingTest {

    @TempDir
    Path folder;

    private final FaultyFiles files = new FaultyFiles();
    private StorePaths paths;
    private Housekeeping housekeeping;

    @BeforeEach
    void make() {
        paths = new StorePaths(folder, "client");
        housekeeping = new Housekeeping(files, paths, new Segments());
    }

    @Test
    void queuesWithoutASegmentGoAndThoseWithOneStay() throws IOException {
        Path empty = queue(1);
        Path full = queue(2);
        Path segment = Files.createFile(StorePaths.segment(full, 2));
        housekeeping.deleteEmptyQueues();
        assertFalse(Files.exists(empty));
        assertTrue(Files.exists(segment));
        assertTrue(Files.exists(StorePaths.metadata(full)));
        housekeeping.delete(segment);
        housekeeping.deleteEmptyQueues();
        assertFalse(Files.exists(paths.folder()), "nothing is left");
    }

    @Test
    void aFolderInWhichSomethingElseStandsStays() throws IOException {
        queue(1);
        Path theirs = Files.writeString(paths.folder().resolve("notes"), "theirs");
        housekeeping.deleteEmptyQueues();
        try (Stream<Path> left = Files.list(paths.folder())) {
            assertEquals(List.of(theirs), left.toList());
        }
    }

    @Test
    void aStoreThatIsNotThereIsNotMade() throws IOException {
        housekeeping.deleteEmptyQueues();
        housekeeping.deleteAll(paths.queue(1, 1));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void aQueueGoesWithAllThatIsInIt() throws IOException {
        Path queue = queue(1);
        Files.createFile(StorePaths.segment(queue, 1));
        housekeeping.deleteAll(queue);
        assertFalse(Files.exists(queue));
    }

    @Test
    void whatCannotBeDeletedIsNoError() throws IOException {
        Path queue = queue(1);
        Path segment = Files.createFile(StorePaths.segment(queue, 1));
        files.fail(Step.DELETE, "busy");
        housekeeping.delete(segment);
        housekeeping.deleteAll(queue);
        Files.delete(segment);
        housekeeping.deleteEmptyQueues();
        assertTrue(Files.exists(queue));
    }

    private Path queue(int segment) throws IOException {
        Path queue = Files.createDirectories(paths.queue(segment, segment));
        Files.createFile(StorePaths.metadata(queue));
        return queue;
    }
}
