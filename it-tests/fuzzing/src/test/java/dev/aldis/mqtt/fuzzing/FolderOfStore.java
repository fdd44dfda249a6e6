package dev.aldis.mqtt.fuzzing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A temporary folder, gone with all that is in it at the end. It is in memory where the system has a place for that: a disk
 * would take most of the time, and what is tried is how files are read.
 */
record FolderOfStore(Path path) implements AutoCloseable {

    /** Where the folders of a process go; who starts it deletes what it left when it was ended. */
    static final String PARENT = "aldis.fuzz.folder";

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long ENOUGH_BYTES = 32 << 20;

    static FolderOfStore create() throws IOException {
        return new FolderOfStore(Files.createTempDirectory(parent(), "fuzzing"));
    }

    private static Path parent() throws IOException {
        String given = System.getProperty(PARENT);
        if (given != null) {
            return Path.of(given);
        }
        boolean memory = Files.isDirectory(MEMORY)
                && Files.isWritable(MEMORY)
                && Files.getFileStore(MEMORY).getUsableSpace() >= ENOUGH_BYTES;
        return memory ? MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
    }

    @Override
    public void close() throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(path)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.delete(file);
        }
    }
}
