package dev.aldis.mqtt.persistence.h2;

import dev.aldis.mqtt.spi.persistence.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The files of one store.
 *
 * @param folder real, so that one store has one path
 * @param name the client identifier as a file name
 */
record StorePaths(Path folder, String name) {

    /** The same, by the real path of the folder if it is there. */
    StorePaths real() throws IOException {
        return Files.exists(folder) ? new StorePaths(folder.toRealPath(), name) : this;
    }

    /** The records. */
    Path data() {
        return folder.resolve(name + ".mv.db");
    }

    /** Locked while the store is open. */
    Path lock() {
        return folder.resolve(name + ".lock");
    }

    /** A data file in the making; what a crash left of it is worth nothing. */
    Path draft() {
        return folder.resolve(name + ".new");
    }

    /** Makes the draft, empty, whatever there was. */
    void makeEmptyDraft() throws IOException {
        Files.deleteIfExists(draft());
        OwnerOnly.createFile(draft());
    }

    /** Puts the finished draft in the place of the data file, if there is one, in one step. */
    void promoteDraft() throws IOException {
        try {
            Files.move(draft(), data(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(draft(), data(), StandardCopyOption.REPLACE_EXISTING);
        }
        OwnerOnly.forceFolder(folder);
    }

    /** Moves the data file aside, bytes and all. */
    Path moveDataAside() throws IOException {
        Path aside = freeAside();
        Files.move(data(), aside);
        return aside;
    }

    /** Gives the data file a second name, or copies it where files cannot have two. */
    Path keepDataAside() throws IOException {
        Path aside = freeAside();
        try {
            Files.createLink(aside, data());
        } catch (UnsupportedOperationException | IOException e) {
            Files.copy(data(), aside, StandardCopyOption.COPY_ATTRIBUTES);
        }
        return aside;
    }

    /** Copies the data file. */
    Path copyDataAside() throws IOException {
        Path aside = freeAside();
        Files.copy(data(), aside, StandardCopyOption.COPY_ATTRIBUTES);
        return aside;
    }

    /** Saves some bytes of the data file aside and puts zeros in the place of the first of them. */
    Path moveBytesAside(long start, long lengthBytes, int zeroBytes) throws IOException {
        Path aside = freeAside();
        try (FileChannel data = FileChannel.open(data(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(lengthBytes, data.size() - start));
            int read = 0;
            while (bytes.hasRemaining() && read >= 0) {
                read = data.read(bytes, start + bytes.position());
            }
            OwnerOnly.createFile(aside);
            Files.write(aside, bytes.array());
            data.write(ByteBuffer.allocate(zeroBytes), start);
            data.force(true);
        }
        return aside;
    }

    private Path freeAside() {
        for (int number = 1; ; number++) {
            Path aside = folder.resolve(name + ".damaged-" + number + ".mv.db");
            if (!Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
                return aside;
            }
        }
    }
}
