package dev.aldis.mqtt.persistence.h2.server;

import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.persistence.h2.record.RecordFormat;
import dev.aldis.mqtt.spi.persistence.SessionStore;
import dev.aldis.mqtt.spi.persistence.SingleThreadStore;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Opens stores of an H2 server, and sets damaged records aside. */
public final class ServerOpening {

    private static final int CHECKED_RECORDS = 1000;

    private ServerOpening() {}

    /** Whether a location is that of a server. */
    public static boolean isServer(StoreRequest request) {
        String part = request.location().getRawSchemeSpecificPart();
        return part.startsWith("tcp://") || part.startsWith("ssl://");
    }

    /**
     * Opens the store of a request.
     *
     * @param damageListener never throws
     */
    public static SessionStore open(StoreRequest request, Consumer<String> damageListener) {
        ServerLocation location = ServerLocation.of(request);
        try {
            Connection connection = location.connect();
            try {
                Tables.create(connection);
                ServerSession session = ServerSession.own(location, request, connection);
                return open(session, connection, request, damageListener);
            } catch (SQLException | RuntimeException e) {
                ServerSession.closeQuietly(connection);
                throw e;
            }
        } catch (SQLException e) {
            throw location.cannotOpen(e);
        }
    }

    /**
     * Opens the store of a request to look at it.
     *
     * @param damageListener never throws
     */
    public static StoreReader openForReading(StoreRequest request, Consumer<String> damageListener) {
        ServerLocation location = ServerLocation.of(request);
        try {
            return ServerReader.open(location, request, damageListener);
        } catch (SQLException e) {
            throw location.cannotOpen(e);
        }
    }

    private static SessionStore open(
            ServerSession session, Connection connection, StoreRequest request, Consumer<String> damageListener)
            throws SQLException {
        try {
            boolean synced = request.durability() == Durability.POWER;
            session.writeAtOnce(connection);
            if (synced) {
                ServerSession.force(connection);
            }
            setDamagedRecordsAside(session, connection, damageListener);
            long committed = session.lastCommit(connection);
            ServerRecords records = new ServerRecords(session, connection, committed, synced, request.labels());
            return new SingleThreadStore(records, session, "aldis-mqtt-h2");
        } catch (SQLException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static void setDamagedRecordsAside(
            ServerSession session, Connection connection, Consumer<String> damageListener) throws SQLException {
        for (long key : damagedKeys(session, connection)) {
            String row = " FROM aldis_mqtt_records WHERE session_id = ? AND record_key = ?";
            execute(
                    connection,
                    "INSERT INTO aldis_mqtt_quarantine (session_id, record_key, kind, content)"
                            + " SELECT session_id, record_key, kind, content" + row,
                    session.number(),
                    key);
            execute(connection, "DELETE" + row, session.number(), key);
            connection.commit();
            damageListener.accept("Record " + key + " of the store " + session
                    + " is damaged (its checksum is wrong); its bytes are kept in the table aldis_mqtt_quarantine");
        }
    }

    private static void execute(Connection connection, String sql, long session, long key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, session);
            statement.setLong(2, key);
            statement.executeUpdate();
        }
    }

    private static List<Long> damagedKeys(ServerSession session, Connection connection) throws SQLException {
        RecordFormat format = new RecordFormat();
        List<Long> damaged = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT record_key, content FROM aldis_mqtt_records WHERE session_id = ? AND record_key >= ?"
                        + " ORDER BY record_key FETCH FIRST " + CHECKED_RECORDS + " ROWS ONLY")) {
            long from = 0;
            int found = CHECKED_RECORDS;
            while (found == CHECKED_RECORDS && from >= 0) {
                found = 0;
                select.setLong(1, session.number());
                select.setLong(2, from);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        long key = rows.getLong(1);
                        if (!format.isIntact(key, rows.getBytes(2))) {
                            damaged.add(key);
                        }
                        from = key + 1; // Negative behind the greatest of all.
                        found++;
                    }
                }
            }
        }
        connection.rollback();
        return damaged;
    }
}
