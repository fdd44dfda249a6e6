package dev.aldis.mqtt.persistence.h2;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.h2.location.PasswordSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.h2.mvstore.MVStoreException;
import org.h2.store.fs.encrypt.FileEncrypt;
import org.jspecify.annotations.Nullable;

/**
 * How H2 reaches a file: through which of its file systems, and with which password.
 *
 * @param fileSystem what to put in front of each name; empty for the real one
 * @param password of encrypted files; empty if they are not encrypted
 */
record FileAccess(String fileSystem, Optional<PasswordSource> password) {

    private static final byte[] ENCRYPTED = "H2encrypt\n".getBytes(StandardCharsets.US_ASCII);

    static final FileAccess PLAIN = new FileAccess("", Optional.empty());

    /**
     * Opens a file at its newest commit, and makes it if it is not there or empty.
     *
     * @throws MVStoreException if it cannot be opened, or if something could not be read: there may be a newer commit then
     */
    OpenFile open(Path file) {
        CommitChoice choice = new CommitChoice();
        OpenFile opened = open(file, choice);
        MVStoreException unreadable = choice.unreadable();
        if (unreadable != null) {
            opened.store().closeImmediately();
            throw unreadable;
        }
        return opened;
    }

    /**
     * Opens a file at the newest commit that has not been ruled out.
     *
     * @throws MVStoreException if it cannot be opened
     */
    OpenFile open(Path file, CommitChoice choice) {
        return OpenFile.open(fileSystem + file, characters(), choice);
    }

    /** Makes a new file in our format, complete on the disk. */
    void create(Path file) {
        OpenFile.create(open(file));
    }

    /**
     * Refuses a file that is encrypted and should not be, or the other way round.
     *
     * @throws StoreException says what to add to the URI, or to leave out
     */
    void refuseUnlessEncryptedAsExpected(Path file) throws IOException {
        boolean encrypted;
        try (InputStream in = Files.newInputStream(file)) {
            encrypted = Arrays.equals(ENCRYPTED, in.readNBytes(ENCRYPTED.length));
        }
        if (encrypted && password.isEmpty()) {
            throw new StoreException(
                    "The store " + file + " is encrypted: add ?cipher=AES&password=env:NAME to the persistence URI",
                    (Throwable) null);
        }
        if (!encrypted && password.isPresent()) {
            throw new StoreException(
                    "The store " + file + " is not encrypted: leave cipher and password out of the persistence URI, or"
                            + " choose another location",
                    (Throwable) null);
        }
    }

    /**
     * A wrong password looks like damage from end to end, and good records must not be set aside for it.
     *
     * @throws StoreException if the file is encrypted
     */
    void refuseIfEncrypted(Path file, String reason) {
        if (password.isPresent()) {
            throw new StoreException(
                    "Nothing in the store " + file + " can be read with the password at " + password.get() + " ("
                            + reason + "): give the right password; if it is the right one, move the file away. Nothing"
                            + " was changed",
                    (Throwable) null);
        }
    }

    private char @Nullable [] characters() {
        return password.map(PasswordSource::read).orElse(null);
    }

    /** What stands in front of the content: the head of an encrypted file. */
    int offsetBytes() {
        return password.isPresent() ? FileEncrypt.BLOCK_SIZE : 0;
    }
}
