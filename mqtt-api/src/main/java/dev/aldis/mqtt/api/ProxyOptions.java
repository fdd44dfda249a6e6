package dev.aldis.mqtt.api;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A proxy between client and server, for all schemes that connect to a host. The proxy looks the host name of the server
 * up, so that names which only it knows work. Its text form never shows the password. Immutable.
 */
public final class ProxyOptions {

    /** How to speak with a proxy. */
    public enum Kind {
        /** There is no proxy. */
        DIRECT,
        /** The HTTP method CONNECT. */
        HTTP,
        /** SOCKS version 5 (RFC 1928), with user name and password as in RFC 1929. */
        SOCKS5
    }

    /** No proxy. */
    public static final ProxyOptions DIRECT = new ProxyOptions(Kind.DIRECT, "", 0, null, null);

    private static final int LAST_PORT = 65_535;

    /** RFC 1929 counts user name and password with one byte each, and names no encoding. */
    private static final int LONGEST_SOCKS_BYTES = 255;

    private final Kind kind;
    private final String host;
    private final int port;
    private final @Nullable String userName;
    private final @Nullable String password;

    private ProxyOptions(Kind kind, String host, int port, @Nullable String userName, @Nullable String password) {
        this.kind = kind;
        this.host = host;
        this.port = port;
        this.userName = userName;
        this.password = password;
    }

    /**
     * An HTTP proxy that lets the method CONNECT through to the port of the server.
     *
     * @param host its name or address
     * @param port 1 to 65,535
     * @return the options
     * @throws IllegalArgumentException if the host is empty or the port out of range
     */
    public static ProxyOptions http(String host, int port) {
        return to(Kind.HTTP, host, port);
    }

    /**
     * A SOCKS5 proxy.
     *
     * @param host its name or address
     * @param port 1 to 65,535
     * @return the options
     * @throws IllegalArgumentException if the host is empty or the port out of range
     */
    public static ProxyOptions socks5(String host, int port) {
        return to(Kind.SOCKS5, host, port);
    }

    private static ProxyOptions to(Kind kind, String host, int port) {
        if (host.isBlank()) {
            throw new IllegalArgumentException("The host of the proxy is empty: give its name or address");
        }
        if (port < 1 || port > LAST_PORT) {
            throw new IllegalArgumentException(
                    "The port " + port + " of the proxy is out of range: use 1 to " + LAST_PORT);
        }
        return new ProxyOptions(kind, host, port, null, null);
    }

    /**
     * The same proxy, to which the client says who it is. An HTTP proxy gets them in the clear (Basic), a SOCKS5 proxy too;
     * both in UTF-8.
     *
     * @param name the user name; without a colon for HTTP, 1 to 255 bytes for SOCKS5
     * @param word the password; 1 to 255 bytes for SOCKS5
     * @return new options
     * @throws IllegalArgumentException if one of them cannot be sent to this kind of proxy
     * @throws IllegalStateException if there is no proxy
     */
    public ProxyOptions withCredentials(String name, String word) {
        Objects.requireNonNull(word);
        switch (kind) {
            case DIRECT ->
                throw new IllegalStateException(
                        "There is no proxy to give credentials to: begin with http(...) or socks5(...)");
            case HTTP -> {
                if (name.contains(":")) {
                    throw new IllegalArgumentException(
                            "The user name '" + name + "' holds a colon, which HTTP takes for its end: use another");
                }
            }
            case SOCKS5 -> {
                checkSocksText("user name", name);
                checkSocksText("password", word);
            }
        }
        return new ProxyOptions(kind, host, port, name, word);
    }

    private static void checkSocksText(String what, String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > LONGEST_SOCKS_BYTES) {
            throw new IllegalArgumentException("The " + what + " of " + bytes
                    + " bytes cannot be sent to a SOCKS5 proxy: use 1 to " + LONGEST_SOCKS_BYTES);
        }
    }

    /**
     * How to speak with it.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Where it is.
     *
     * @return a name or address; empty for {@link #DIRECT}
     */
    public String host() {
        return host;
    }

    /**
     * Where it listens.
     *
     * @return 1 to 65,535; 0 for {@link #DIRECT}
     */
    public int port() {
        return port;
    }

    /**
     * Who the client says that it is.
     *
     * @return the user name, empty without credentials
     */
    public Optional<String> userName() {
        return Optional.ofNullable(userName);
    }

    /**
     * With which password.
     *
     * @return the password, empty without credentials
     */
    public Optional<String> password() {
        return Optional.ofNullable(password);
    }

    @Override
    public String toString() {
        return kind == Kind.DIRECT
                ? "ProxyOptions[DIRECT]"
                : "ProxyOptions[" + kind + " " + host + ":" + port + (userName == null ? "" : ", user " + userName)
                        + "]";
    }
}
