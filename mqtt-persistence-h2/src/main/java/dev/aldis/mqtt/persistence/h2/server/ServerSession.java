package dev.aldis.mqtt.persistence.h2.server;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.api.ErrorCode;

/** One client identifier's session at a server, owned by this process. */
final class ServerSession implements AutoCloseable {

    private static final Logger LOG = System.getLogger(ServerSession.class.getName());

    private final ServerLocation location;
    private final String clientIdentifier;
    private final long number;
    private final long owner = new SecureRandom().nextLong();
    private Ownership ownership;

    private ServerSession(ServerLocation location, String clientIdentifier, long number, Ownership ownership) {
        this.location = location;
        this.clientIdentifier = clientIdentifier;
        this.number = number;
        this.ownership = ownership;
    }

    /**
     * Makes the session this process's own.
     *
     * @throws StoreException if somebody else has it, or if a newer version wrote it
     */
    static ServerSession own(ServerLocation location, StoreRequest request, Connection connection) throws SQLException {
        String identifier = request.clientIdentifier();
        long number = Tables.sessionOf(connection, identifier);
        Ownership ownership = Ownership.take(location, number, identifier);
        try {
            ServerSession session = new ServerSession(location, identifier, number, ownership);
            Tables.refuseIfNewer(connection, number, session);
            session.sign(connection);
            return session;
        } catch (SQLException | RuntimeException e) {
            ownership.close();
            throw e;
        }
    }

    private void sign(Connection connection) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE aldis_mqtt_sessions SET owner = ? WHERE session_id = ?")) {
            update.setLong(1, owner);
            update.setLong(2, number);
            update.executeUpdate();
        }
        connection.commit();
    }

    /** A further connection, for the owner only. */
    Connection connect() throws SQLException {
        if (!ownership.isAlive()) {
            closeQuietly(ownership);
            ownership = Ownership.take(location, number, clientIdentifier);
        }
        return location.connect();
    }

    /**
     * How many commits there have been. Waits for a transaction of a lost connection to come to its end: the server may have
     * read its last word and not acted on it yet.
     */
    long lastCommit(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT last_commit FROM aldis_mqtt_sessions WHERE session_id = ? FOR UPDATE")) {
            select.setLong(1, number);
            long commits = Tables.number(select);
            connection.rollback();
            return commits;
        }
    }

    /** Counts a commit in its own transaction, if nobody else has become the owner. */
    void count(Connection connection, long from, long to) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE aldis_mqtt_sessions SET last_commit = ?"
                + " WHERE session_id = ? AND last_commit = ? AND owner = ?")) {
            update.setLong(1, to);
            update.setLong(2, number);
            update.setLong(3, from);
            update.setLong(4, owner);
            if (update.executeUpdate() != 1) {
                throw new StoreException(
                        "The store " + this + " was taken over by another client while its connection was lost: close"
                                + " one of the two",
                        (Throwable) null);
            }
        }
    }

    /** Has the server force everything that was committed to its disk. */
    static void force(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CHECKPOINT SYNC");
        }
    }

    /** By default the server writes what was committed half a second later, which would be lost with it. */
    void writeAtOnce(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET WRITE_DELAY 0");
            // Without this a rollback would undo it for the time after the server's next start.
            connection.commit();
        } catch (SQLException e) {
            if (e.getErrorCode() != ErrorCode.ADMIN_RIGHTS_REQUIRED) {
                throw e;
            }
            LOG.log(
                    Level.WARNING,
                    "The store {0}: this user may not have the server write each commit at once, so that a crash of the"
                            + " server loses what it had not written. SET WRITE_DELAY 0 by an administrator mends it",
                    this);
        }
    }

    long number() {
        return number;
    }

    static void closeQuietly(AutoCloseable connection) {
        try {
            connection.close();
        } catch (Exception e) {
            LOG.log(Level.DEBUG, "A connection that is given up could not be closed", e);
        }
    }

    @Override
    public void close() {
        closeQuietly(ownership);
    }

    @Override
    public String toString() {
        return location.location() + " (session " + number + ")";
    }
}
