package dev.aldis.mqtt.persistence.chronicle;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * The files of one store. Its segments are numbered from 1; those written between one opening and the next are one queue of
 * Chronicle, in a folder that is named by its first segment and a random number. A new queue for each opening, since Chronicle would go on
 * behind what a loss of power has torn, and would not open a damaged file at all.
 *
 * @param parent real, so that one store has one path
 * @param name the client identifier as a file name
 */
record StorePaths(Path parent, String name) {

    /** Chronicle names its files by the time; here a minute is a segment. */
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuuMMdd-HHmm");

    private static final String EXTENSION = ".cq4";
    private static final long SECONDS_PER_SEGMENT = 60;

    /** A segment that was found. */
    record Found(int number, Path file, long salt) {}

    /** Where the queues are. */
    Path folder() {
        return parent.resolve(name + ".chronicle");
    }

    /** Locked while the store is open. */
    Path lock() {
        return parent.resolve(name + ".chronicle.lock");
    }

    /** The queue that begins with a segment. */
    Path queue(int firstSegment, long salt) {
        return folder().resolve(firstSegment + "-" + HexFormat.of().toHexDigits(salt));
    }

    /** The number that all checksums of a queue begin with. */
    static long salt(Path queue) {
        String queueName = queue.getFileName().toString();
        return Long.parseUnsignedLong(queueName.substring(queueName.indexOf('-') + 1), 16);
    }

    static Path metadata(Path queue) {
        return queue.resolve("metadata.cq4t");
    }

    static Path segment(Path queue, int number) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(number * SECONDS_PER_SEGMENT, 0, ZoneOffset.UTC);
        return queue.resolve(MINUTE.format(time) + EXTENSION);
    }

    /** The time that belongs to a segment. */
    static long millis(int segment) {
        return segment * SECONDS_PER_SEGMENT * 1000;
    }

    /** All segments, in order. */
    List<Found> segments() throws IOException {
        List<Found> found = new ArrayList<>();
        for (Path queue : queues()) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(queue, "*" + EXTENSION)) {
                for (Path file : files) {
                    int number = number(file);
                    if (number > 0 && Files.isRegularFile(file)) {
                        found.add(new Found(number, file, salt(queue)));
                    }
                }
            }
        }
        found.sort(Comparator.comparingInt(Found::number));
        return found;
    }

    /** All queues. */
    List<Path> queues() throws IOException {
        List<Path> queues = new ArrayList<>();
        if (Files.isDirectory(folder())) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(folder(), this::isQueue)) {
                found.forEach(queues::add);
            }
        }
        return queues;
    }

    private boolean isQueue(Path path) {
        return path.getFileName().toString().matches("[1-9][0-9]{0,8}-[0-9a-f]{16}") && Files.isDirectory(path);
    }

    /** The number of a segment; 0 if the file is none. */
    private static int number(Path file) {
        String fileName = file.getFileName().toString();
        try {
            LocalDateTime time =
                    LocalDateTime.parse(fileName.substring(0, fileName.length() - EXTENSION.length()), MINUTE);
            long number = time.toEpochSecond(ZoneOffset.UTC) / SECONDS_PER_SEGMENT;
            return number > 0 && number <= Integer.MAX_VALUE - 1 ? (int) number : 0;
        } catch (DateTimeException e) {
            return 0;
        }
    }

    /** Gives a file a second name beside the store, or copies it where files cannot have two. */
    Path keepAside(Path file) throws IOException {
        Path aside = freeAside();
        try {
            Files.createLink(aside, file);
        } catch (UnsupportedOperationException | IOException e) {
            Files.copy(file, aside);
        }
        return aside;
    }

    private Path freeAside() {
        for (int number = 1; ; number++) {
            Path aside = parent.resolve(name + ".damaged-" + number + EXTENSION);
            // Not Files.notExists, which is false as well where the disk does not tell: there is no end to that.
            if (!Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
                return aside;
            }
        }
    }
}
