package dev.aldis.mqtt.persistence.chronicle;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Deletes what is not needed any more. What cannot be deleted does no harm: it is deleted at the next opening. */
final class Housekeeping {

    private static final Logger LOG = System.getLogger(Housekeeping.class.getName());

    private final SegmentFiles files;
    private final StorePaths paths;

    Housekeeping(SegmentFiles files, StorePaths paths) {
        this.files = files;
        this.paths = paths;
    }

    /** Deletes the file of a segment. */
    void delete(Path segment) {
        try {
            files.delete(segment);
        } catch (IOException e) {
            notDeleted(segment, e);
        }
    }

    /** Deletes the queues in which no segment is left, and with the last one the folder. */
    void deleteEmptyQueues() {
        try {
            for (Path queue : paths.queues()) {
                deleteIfEmpty(queue);
            }
            if (Files.isDirectory(paths.folder()) && isEmpty(paths.folder())) {
                files.delete(paths.folder());
            }
        } catch (IOException e) {
            notDeleted(paths.folder(), e);
        }
    }

    /** Deletes a queue that was not finished. */
    void deleteAll(Path queue) {
        try {
            if (Files.isDirectory(queue)) {
                try (DirectoryStream<Path> content = Files.newDirectoryStream(queue)) {
                    for (Path file : content) {
                        files.delete(file);
                    }
                }
                files.delete(queue);
            }
        } catch (IOException e) {
            notDeleted(queue, e);
        }
    }

    private void deleteIfEmpty(Path queue) throws IOException {
        Path metadata = StorePaths.metadata(queue);
        try (DirectoryStream<Path> content = Files.newDirectoryStream(queue)) {
            for (Path file : content) {
                if (!file.equals(metadata)) {
                    return;
                }
            }
        }
        files.delete(metadata);
        files.delete(queue);
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
            return !content.iterator().hasNext();
        }
    }

    private static void notDeleted(Path path, IOException e) {
        LOG.log(Level.WARNING, path + " is not needed any more and could not be deleted; it does no harm", e);
    }
}
