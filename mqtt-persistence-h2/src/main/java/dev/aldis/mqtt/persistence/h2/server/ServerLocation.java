package dev.aldis.mqtt.persistence.h2.server;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.h2.location.PasswordSource;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.h2.Driver;
import org.h2.api.ErrorCode;

/**
 * A database of an H2 server, as the persistence URI names it: {@code h2:tcp://host:9092/./mqtt?user=u&password=env:NAME}.
 *
 * @param location the URI, which holds no secret
 * @param url for the driver
 * @param password where it is to be found; empty for none
 */
record ServerLocation(URI location, String url, String user, Optional<PasswordSource> password) {

    private static final String USER = "user";
    private static final String PASSWORD = "password";
    private static final String DEFAULT_USER = "sa";

    /** How long to wait for what a lost connection has locked. */
    private static final int LOCK_TIMEOUT_MILLIS = 10_000;

    /**
     * Reads the location of a request.
     *
     * @throws IllegalArgumentException if a parameter is not known, or the URI carries settings of the driver
     */
    static ServerLocation of(StoreRequest request) {
        Map<String, String> parameters = request.parameters(Set.of(USER, PASSWORD));
        String base = request.location().getRawSchemeSpecificPart().replaceFirst("\\?.*", "");
        if (base.contains(";")) {
            throw new IllegalArgumentException("The persistence URI of an H2 server takes no settings behind ';', but"
                    + " only ?user=NAME&password=env:NAME");
        }
        return new ServerLocation(
                request.location(),
                "jdbc:h2:" + base,
                parameters.getOrDefault(USER, DEFAULT_USER),
                Optional.ofNullable(parameters.get(PASSWORD)).map(PasswordSource::of));
    }

    /** Connects, with automatic commits off. */
    Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty(USER, user);
        password.ifPresent(source -> properties.put(PASSWORD, source.read()));
        try {
            Connection connection = new Driver().connect(url, properties);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET LOCK_TIMEOUT " + LOCK_TIMEOUT_MILLIS);
            }
            return connection;
        } finally {
            properties.clear();
        }
    }

    private static boolean isAboutTls(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof SSLException)) {
            cause = cause.getCause();
        }
        return cause != null;
    }

    /** What a failure to connect or to open means for the user. */
    StoreException cannotOpen(SQLException e) {
        String cure = switch (e.getErrorCode()) {
            case ErrorCode.WRONG_USER_OR_PASSWORD -> "correct ?user=NAME&password=env:NAME in the URI";
            case ErrorCode.DATABASE_NOT_FOUND_WITH_IF_EXISTS_1, ErrorCode.REMOTE_DATABASE_NOT_FOUND_1 ->
                "make the database at the server first, or let the server make it with its option -ifNotExists";
            case ErrorCode.ADMIN_RIGHTS_REQUIRED, ErrorCode.NOT_ENOUGH_RIGHTS_FOR_1 ->
                "make the user an administrator of the database, to make the tables and for durability POWER";
            default ->
                isAboutTls(e)
                        ? "give this JVM a trust store that holds the server's certificate, with"
                                + " -Djavax.net.ssl.trustStore=FILE, or write h2:tcp: for a server without TLS"
                        : "start the server, and check host, port and database in the URI";
        };
        return new StoreException("The store " + location + " cannot be opened (" + e.getMessage() + "): " + cure, e);
    }
}
