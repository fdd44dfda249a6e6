package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.Durability;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Which store to open.
 *
 * @param location its scheme is that of the provider; what follows is the provider's to read
 * @param clientIdentifier whose session it holds; several identifiers may share a location. Any text, see
 *     {@link #fileName()}
 * @param durability what a completed append must survive
 * @param damageListener is told of each damaged record that was set aside, while the store is opened
 * @param labels says what a record is about, for stores that show it to people
 */
public record StoreRequest(
        URI location,
        String clientIdentifier,
        Durability durability,
        Consumer<String> damageListener,
        RecordLabels labels) {

    private static final int LONGEST_NAME = 128;
    private static final int LONGEST_START = 60;

    /** Names of devices on Windows, which no file can have there, whatever its extension. */
    private static final Pattern RESERVED = Pattern.compile("con|prn|aux|nul|(com|lpt)[0-9]");

    /** Checks that nothing is null. */
    public StoreRequest {
        Objects.requireNonNull(location);
        Objects.requireNonNull(clientIdentifier);
        Objects.requireNonNull(durability);
        Objects.requireNonNull(damageListener);
        Objects.requireNonNull(labels);
    }

    /**
     * A request without labels.
     *
     * @param location its scheme is that of the provider
     * @param clientIdentifier whose session it holds
     * @param durability what a completed append must survive
     * @param damageListener is told of each damaged record that was set aside
     */
    public StoreRequest(URI location, String clientIdentifier, Durability durability, Consumer<String> damageListener) {
        this(location, clientIdentifier, durability, damageListener, RecordLabels.NONE);
    }

    /**
     * The same request with other labels.
     *
     * @param newLabels says what a record is about
     * @return the request
     */
    public StoreRequest withLabels(RecordLabels newLabels) {
        return new StoreRequest(location, clientIdentifier, durability, damageListener, newLabels);
    }

    /**
     * Reads a persistence URI as people write it: a scheme alone, such as {@code memory:}, is no URI to {@link URI}, and is
     * read as {@code memory:/}.
     *
     * @param text for example {@code h2:./data}
     * @return the location
     * @throws IllegalArgumentException if it is no URI, or has no scheme
     */
    public static URI location(String text) {
        URI location = URI.create(text.endsWith(":") ? text + "/" : text);
        if (location.getScheme() == null) {
            throw new IllegalArgumentException(
                    "Persistence URI '" + text + "' has no scheme: write for example h2:./data or memory:");
        }
        return location;
    }

    /**
     * The location as a path of the default file system: what follows the scheme, without parameters.
     *
     * @return the path, relative or absolute
     * @throws IllegalArgumentException if nothing follows the scheme
     */
    public Path path() {
        String part = location.getRawSchemeSpecificPart();
        int end = part.indexOf('?');
        String path = decoded((end < 0 ? part : part.substring(0, end)).replaceFirst("^//", ""));
        if (path.isEmpty()) {
            throw new IllegalArgumentException("Persistence URI '" + location + "' names no folder: write for example "
                    + location.getScheme() + ":./data");
        }
        return Path.of(path);
    }

    /**
     * The parameters of the location: {@code name=value} pairs behind {@code ?}, with {@code &} between them.
     *
     * @param known the names that the provider knows
     * @return the values by their names
     * @throws IllegalArgumentException if one is not known, has no value, or comes twice; the message shows no values
     */
    public Map<String, String> parameters(Set<String> known) {
        String part = location.getRawSchemeSpecificPart();
        int start = part.indexOf('?');
        Map<String, String> parameters = new TreeMap<>();
        for (String pair : start < 0 ? new String[0] : part.substring(start + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (!known.contains(name)) {
                throw new IllegalArgumentException("Parameter '" + name + "' of a persistence URI is not known to the"
                        + " store '" + location.getScheme() + "': it knows " + new TreeSet<>(known));
            }
            if (equals < 0 || parameters.put(name, decoded(pair.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("Parameter '" + name
                        + "' of a persistence URI has no value, or two: write ?" + name + "=VALUE");
            }
        }
        return parameters;
    }

    /** Percent-encoded characters as they are meant. */
    private static String decoded(String raw) {
        return URI.create("x:/" + raw).getSchemeSpecificPart().substring(1);
    }

    /**
     * The client identifier in a form that each file system takes as a name and that no other identifier shares: letters
     * and digits of ASCII, {@code -} and {@code _} as they are, each other byte of its UTF-8 form as {@code %xx}; upper
     * case as {@code ^x}, since some file systems do not tell it from lower case. Where that is longer than 128
     * characters, the first 60 of them, {@code ~}, and the SHA-256 of the identifier in hexadecimal digits.
     *
     * @return the name, 1 to 128 characters; {@code %} for the empty identifier
     */
    public String fileName() {
        if (clientIdentifier.isEmpty()) {
            return "%";
        }
        byte[] bytes = clientIdentifier.getBytes(StandardCharsets.UTF_8);
        StringBuilder name = new StringBuilder();
        boolean reserved = RESERVED.matcher(clientIdentifier).matches();
        for (byte b : bytes) {
            char c = (char) (b & 0xFF);
            if (reserved && name.isEmpty()) {
                appendEscaped(name, c);
            } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_') {
                name.append(c);
            } else if (c >= 'A' && c <= 'Z') {
                name.append('^').append((char) (c + 32));
            } else {
                appendEscaped(name, c);
            }
        }
        if (name.length() > LONGEST_NAME) {
            name.setLength(LONGEST_START);
            name.append('~').append(HexFormat.of().formatHex(sha256(bytes)));
        }
        return name.toString();
    }

    private static void appendEscaped(StringBuilder name, char c) {
        name.append('%').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
