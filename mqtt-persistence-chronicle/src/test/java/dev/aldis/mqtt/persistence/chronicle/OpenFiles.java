package dev.aldis.mqtt.persistence.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What this process has open or mapped, as Linux tells it. A deleted file that is open still takes its room on the disk. */
final class OpenFiles {

    private OpenFiles() {}

    /** The files below a folder; of those that are deleted the names end with that word. */
    static List<String> below(Path folder) throws IOException {
        List<String> open = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                open.add(target(descriptor));
            }
        }
        open.addAll(Files.readAllLines(Path.of("/proc/self/maps")));
        return open.stream().filter(line -> line.contains(folder.toString())).toList();
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "closed in the meantime";
        }
    }

    /** Chronicle may have a thread of its own finish the work. */
    static void assertNone(Path folder, Predicate<String> which) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        List<String> left = below(folder).stream().filter(which).toList();
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
            left = below(folder).stream().filter(which).toList();
        }
        assertEquals(List.of(), left);
    }
}
