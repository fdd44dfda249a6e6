package dev.aldis.mqtt.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The folders of the build, found from where the tests run. */
final class Repository {

    private Repository() {}

    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.isDirectory(folder.resolve("mqtt-api"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("No folder above " + Path.of("").toAbsolutePath() + " holds mqtt-api");
        }
        return folder;
    }

    /** All files below whose path, written with slashes, is wanted. */
    static List<Path> files(Predicate<String> wanted) {
        try (Stream<Path> files = Files.walk(root())) {
            return files.filter(file -> wanted.test(file.toString().replace('\\', '/')))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
