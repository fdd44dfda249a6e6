package dev.aldis.mqtt.persistence.h2.location;

import dev.aldis.mqtt.api.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Where a password is to be found. A persistence URI stands in logs and error messages, so it names the place and never the
 * password: {@code env:NAME} (an environment variable), {@code property:NAME} (a system property) or {@code file:PATH} (the
 * first line of a file).
 */
public final class PasswordSource {

    private static final String HOW = "write password=env:NAME, password=property:NAME or password=file:PATH";

    private enum Kind {
        ENV,
        PROPERTY,
        FILE
    }

    private final Kind kind;
    private final String name;

    private PasswordSource(Kind kind, String name) {
        this.kind = kind;
        this.name = name;
    }

    /**
     * Reads the value of the parameter {@code password}.
     *
     * @param value as it stands in the URI
     * @return the source
     * @throws IllegalArgumentException if it names no source; the message does not repeat it
     */
    public static PasswordSource of(String value) {
        for (Kind kind : Kind.values()) {
            String prefix = kind.name().toLowerCase(Locale.ROOT) + ":";
            if (value.startsWith(prefix) && value.length() > prefix.length()) {
                return new PasswordSource(kind, value.substring(prefix.length()));
            }
        }
        // Not named: it may be a password.
        throw new IllegalArgumentException(
                "The parameter 'password' of a persistence URI names where the password is, and is never the password"
                        + " itself: " + HOW);
    }

    /**
     * Reads the password.
     *
     * @return one or more characters, which the caller wipes
     * @throws StoreException if it is not there
     */
    public char[] read() {
        String password = switch (kind) {
            case ENV -> System.getenv(name);
            case PROPERTY -> System.getProperty(name);
            case FILE -> firstLine();
        };
        if (password == null || password.isEmpty()) {
            throw new StoreException("There is no password at " + this + ": set it there, or " + HOW, (Throwable) null);
        }
        return password.toCharArray();
    }

    private String firstLine() {
        try {
            List<String> lines = Files.readAllLines(Path.of(name));
            return lines.isEmpty() ? "" : lines.get(0);
        } catch (IOException e) {
            throw new StoreException("The password cannot be read from " + this + " (" + e + "): check the file", e);
        }
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + ":" + name;
    }
}
