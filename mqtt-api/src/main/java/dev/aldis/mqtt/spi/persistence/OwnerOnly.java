package dev.aldis.mqtt.spi.persistence;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Makes files and folders that only their owner may open, where the file system knows owners. */
public final class OwnerOnly {

    private OwnerOnly() {}

    /**
     * Makes a folder, and those above it, unless they are there.
     *
     * @param folder to make
     * @throws IOException if that fails
     */
    public static void createFolders(Path folder) throws IOException {
        Files.createDirectories(folder, attributes(folder, "rwx------"));
    }

    /**
     * Makes an empty file, unless there is one.
     *
     * @param file to make
     * @throws IOException if that fails, or something else has that name
     */
    public static void createFile(Path file) throws IOException {
        try {
            Files.createFile(file, file(file));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isRegularFile(file)) {
                throw e;
            }
        }
    }

    /**
     * The attributes to make a file with.
     *
     * @param file to be made
     * @return for {@link Files#createFile} and its like; empty where the file system knows no owners
     */
    public static FileAttribute<?>[] file(Path file) {
        return attributes(file, "rw-------");
    }

    /**
     * Makes the names in a folder survive a loss of power, on systems where a folder can be forced to the disk.
     *
     * @param folder whose names have changed
     * @throws IOException if that fails
     */
    public static void forceFolder(Path folder) throws IOException {
        if (isPosix(folder)) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] attributes(Path path, String permissions) {
        if (!isPosix(path)) {
            return new FileAttribute<?>[0];
        }
        Set<PosixFilePermission> set = PosixFilePermissions.fromString(permissions);
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(set)};
    }
}
