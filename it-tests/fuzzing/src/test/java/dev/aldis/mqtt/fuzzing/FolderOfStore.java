package dev.aldis.mqtt.fuzzing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder, gone with all that is in it at the end. */
record FolderOfStore(Path path) implements AutoCloseable {

    static FolderOfStore create() throws IOException {
        return new FolderOfStore(Files.createTempDirectory("fuzzing"));
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
