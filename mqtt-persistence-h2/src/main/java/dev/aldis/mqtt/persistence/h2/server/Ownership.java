package dev.aldis.mqtt.persistence.h2.server;

import dev.aldis.mqtt.api.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.h2.api.ErrorCode;

/**
 * The right to a session: a row that one connection keeps locked as long as it lives. When the owner's process ends, its
 * connection ends, and with it the lock. Since a connection can be lost while its owner lives, each commit also checks that
 * nobody else has become the owner meanwhile.
 */
final class Ownership implements AutoCloseable {

    /** How long the server may need to notice that the connection of a killed process is gone. */
    private static final int PATIENCE_SECONDS = 3;

    private final Connection connection;

    private Ownership(Connection connection) {
        this.connection = connection;
    }

    /**
     * Takes the right.
     *
     * @throws StoreException if somebody else has it
     */
    static Ownership take(ServerLocation location, long session, String clientIdentifier) throws SQLException {
        Connection connection = location.connect();
        try (PreparedStatement lock = connection.prepareStatement(
                "SELECT session_id FROM aldis_mqtt_owners WHERE session_id = ? FOR UPDATE WAIT " + PATIENCE_SECONDS)) {
            lock.setLong(1, session);
            Tables.number(lock);
            return new Ownership(connection);
        } catch (SQLException e) {
            connection.close();
            if (e.getErrorCode() == ErrorCode.LOCK_TIMEOUT_1) {
                throw new StoreException(
                        "The store " + location.location() + " is in use by another client with the identifier '"
                                + shortened(clientIdentifier)
                                + "': close that first, or choose another client identifier or location",
                        e);
            }
            throw e;
        }
    }

    /** As much of an identifier as can be read in an error. */
    static String shortened(String clientIdentifier) {
        return clientIdentifier.length() <= 64 ? clientIdentifier : clientIdentifier.substring(0, 64) + "...";
    }

    boolean isAlive() throws SQLException {
        return connection.isValid(PATIENCE_SECONDS);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
