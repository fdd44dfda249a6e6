package dev.aldis.mqtt.persistence.chronicle;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Deletes what is not needed any more. What cannot be deleted does no harm, and is deleted at the next opening: a commit
 * has said before that it is not needed, and the file in which that stands is the last to go.
 */
final class Housekeeping {

    private static final Logger LOG = System.getLogger(Housekeeping.class.getName());

    private final SegmentFiles files;
    private final StorePaths paths;
    private final Segments segments;

    Housekeeping(SegmentFiles files, StorePaths paths, Segments segments) {
        this.files = files;
        this.paths = paths;
        this.segments = segments;
    }

    /** Deletes the file of a segment. */
    void delete(Path segment) {
        try {
            files.delete(segment);
        } catch (IOException e) {
            notDeleted(segment, e);
        }
    }

    /** Deletes the oldest segment, and its queue if it was the last one there. */
    void deleteOldest() {
        Segment dead = segments.oldest();
        segments.removeOldest();
        delete(dead.file());
        if (!folder(dead).equals(folder(segments.oldest()))) {
            deleteAll(folder(dead));
        }
    }

    /** Deletes the newest segment, and its queue if it was the first one there. */
    void deleteNewest() {
        Segment newest = segments.newest();
        segments.removeNewest();
        delete(newest.file());
        if (segments.isEmpty() || !folder(newest).equals(folder(segments.newest()))) {
            deleteAll(folder(newest));
        }
    }

    private static Path folder(Segment segment) {
        Path folder = segment.file().getParent();
        if (folder == null) {
            throw new IllegalStateException("The segment " + segment.file() + " is in no folder");
        }
        return folder;
    }

    /** Deletes a store of which nothing is needed any more, as the newest segment says. */
    void deleteStore() {
        try {
            List<StorePaths.Found> left = paths.segments();
            if (!left.isEmpty()) {
                int newest = left.size() - 1;
                for (StorePaths.Found older : left.subList(0, newest)) {
                    files.delete(older.file());
                }
                // Otherwise what a loss of power brings back could be without the one that says that nothing of it
                // counts.
                for (Path queue : paths.queues()) {
                    files.forceFolder(queue);
                }
                files.forceFolder(paths.folder());
                files.delete(left.get(newest).file());
            }
        } catch (IOException e) {
            notDeleted(paths.folder(), e);
        }
        deleteEmptyQueues();
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
