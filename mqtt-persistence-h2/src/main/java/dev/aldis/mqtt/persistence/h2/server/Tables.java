package dev.aldis.mqtt.persistence.h2.server;

import dev.aldis.mqtt.api.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;
import org.h2.api.ErrorCode;

/** The tables of the store, which people may read as well; docs/stores.md describes them. */
final class Tables {

    /** The version of the tables and of what is in them. */
    static final int VERSION = 1;

    private static final String[] CREATION = {
        """
        CREATE TABLE IF NOT EXISTS aldis_mqtt_sessions (
            session_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            client_identifier VARCHAR NOT NULL UNIQUE,
            format INT NOT NULL,
            owner BIGINT NOT NULL,
            last_commit BIGINT NOT NULL)\
        """,
        // Apart from the sessions, whose rows change with each commit: the owner holds a lock on its row all the time.
        """
        CREATE TABLE IF NOT EXISTS aldis_mqtt_owners (
            session_id BIGINT PRIMARY KEY)\
        """,
        """
        CREATE TABLE IF NOT EXISTS aldis_mqtt_records (
            session_id BIGINT NOT NULL,
            record_key BIGINT NOT NULL,
            kind SMALLINT NOT NULL,
            topic VARCHAR,
            qos SMALLINT,
            size_bytes INT NOT NULL,
            stored_at TIMESTAMP(3) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP(3) NOT NULL,
            content VARBINARY NOT NULL,
            PRIMARY KEY (session_id, record_key))\
        """,
        """
        CREATE TABLE IF NOT EXISTS aldis_mqtt_quarantine (
            session_id BIGINT NOT NULL,
            record_key BIGINT NOT NULL,
            kind SMALLINT NOT NULL,
            set_aside_at TIMESTAMP(3) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP(3) NOT NULL,
            content VARBINARY NOT NULL)\
        """,
    };

    private Tables() {}

    /** Makes what is not there yet. */
    static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : CREATION) {
                statement.execute(table);
            }
        }
        connection.commit();
    }

    /** The number of a client identifier's session, which is made if it is not there. */
    static long sessionOf(Connection connection, String clientIdentifier) throws SQLException {
        insertIfMissing(
                connection,
                "INSERT INTO aldis_mqtt_sessions (client_identifier, format, owner, last_commit) SELECT ?, " + VERSION
                        + ", 0, 0 WHERE NOT EXISTS (SELECT * FROM aldis_mqtt_sessions WHERE client_identifier = ?)",
                clientIdentifier);
        long session;
        try (PreparedStatement select =
                connection.prepareStatement("SELECT session_id FROM aldis_mqtt_sessions WHERE client_identifier = ?")) {
            select.setString(1, clientIdentifier);
            session = number(select);
        }
        insertIfMissing(
                connection,
                "INSERT INTO aldis_mqtt_owners SELECT ? WHERE NOT EXISTS"
                        + " (SELECT * FROM aldis_mqtt_owners WHERE session_id = ?)",
                session);
        return session;
    }

    /** The number of a client identifier's session; empty if there is none, or no table for it. */
    static OptionalLong existingSession(Connection connection, String clientIdentifier) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT session_id FROM aldis_mqtt_sessions WHERE client_identifier = ?")) {
            select.setString(1, clientIdentifier);
            try (ResultSet result = select.executeQuery()) {
                return result.next() ? OptionalLong.of(result.getLong(1)) : OptionalLong.empty();
            }
        } catch (SQLException e) {
            if (e.getErrorCode() == ErrorCode.TABLE_OR_VIEW_NOT_FOUND_DATABASE_EMPTY_1
                    || e.getErrorCode() == ErrorCode.TABLE_OR_VIEW_NOT_FOUND_1) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    /**
     * Checks the version of what is in the tables.
     *
     * @throws StoreException if a newer version wrote it
     */
    static void refuseIfNewer(Connection connection, long session, Object store) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT format FROM aldis_mqtt_sessions WHERE session_id = ?")) {
            select.setLong(1, session);
            long version = number(select);
            if (version > VERSION) {
                throw new StoreException(
                        "The store " + store + " was written by a newer version of the library (format " + version
                                + ", and this version knows " + VERSION
                                + "): use that version, or choose another location",
                        (Throwable) null);
            }
        }
    }

    private static void insertIfMissing(Connection connection, String insert, Object value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            statement.setObject(1, value);
            statement.setObject(2, value);
            statement.executeUpdate();
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            // Somebody else was faster, with the same result.
            if (e.getErrorCode() != ErrorCode.DUPLICATE_KEY_1) {
                throw e;
            }
        }
    }

    /** The one number that a query gives. */
    static long number(PreparedStatement query) throws SQLException {
        try (ResultSet result = query.executeQuery()) {
            if (!result.next()) {
                throw new SQLException("There is no row where there has to be one");
            }
            return result.getLong(1);
        }
    }
}
