package dev.aldis.mqtt.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Where certificates or a key in PEM form come from. They are read at each attempt to connect, so what a file holds or a
 * supplier gives may change without a new client. Its text form never shows the content. Immutable.
 */
public final class Pem {

    private static final String BEGIN = "-----BEGIN ";

    /** Gives the text of a PEM file. */
    private interface Source {
        String read() throws IOException;
    }

    private final String name;
    private final Source source;

    private Pem(String name, Source source) {
        this.name = name;
        this.source = source;
    }

    /**
     * A file.
     *
     * @param path need not exist yet
     * @return what reads it
     */
    public static Pem file(Path path) {
        // Everything that matters in PEM is ASCII; comments between the blocks may be in any encoding.
        return new Pem("the file " + path, () -> Files.readString(path, StandardCharsets.ISO_8859_1));
    }

    /**
     * A text.
     *
     * @param pem one or more blocks
     * @return what gives it
     * @throws IllegalArgumentException if there is no block in it
     */
    public static Pem text(String pem) {
        if (!pem.contains(BEGIN)) {
            throw new IllegalArgumentException("The text of " + pem.length() + " characters is not PEM: a line '"
                    + BEGIN + "...-----' is expected; a file is given with Pem.file");
        }
        return new Pem("the PEM text", () -> pem);
    }

    /**
     * A text that is asked for at each attempt to connect, for certificates that a program renews in memory.
     *
     * @param supplier gives one or more blocks; called on a thread where it may block, by several at once
     * @return what asks for it
     */
    public static Pem supplied(Supplier<String> supplier) {
        Objects.requireNonNull(supplier);
        return new Pem("the supplied PEM text", supplier::get);
    }

    /**
     * Reads the text as it is now. May block.
     *
     * @return the text
     * @throws IOException if the file cannot be read
     */
    public String read() throws IOException {
        return source.read();
    }

    /** Says where it comes from, as in "the file /etc/mqtt/authority.pem". */
    @Override
    public String toString() {
        return name;
    }
}
