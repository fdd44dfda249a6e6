package dev.aldis.mqtt.persistence.h2.server;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.h2.record.RecordFormat;
import dev.aldis.mqtt.spi.persistence.StoreReader;
import dev.aldis.mqtt.spi.persistence.StoreRequest;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The records of one session as they were when the reader was opened: all reads are one transaction over a snapshot, which
 * sees nothing of what the session's owner does meanwhile, and locks nothing.
 */
final class ServerReader implements StoreReader {

    private final URI location;
    private final Connection connection;
    private final long session;
    private final Consumer<String> damageListener;
    private final RecordFormat format = new RecordFormat();
    private final Set<Long> reported = new HashSet<>();
    private boolean closed;

    private ServerReader(URI location, Connection connection, long session, Consumer<String> damageListener) {
        this.location = location;
        this.connection = connection;
        this.session = session;
        this.damageListener = damageListener;
    }

    /**
     * Looks for the session of a request.
     *
     * @throws StoreException if there is none, or if a newer version wrote it
     */
    static ServerReader open(ServerLocation location, StoreRequest request, Consumer<String> damageListener)
            throws SQLException {
        Connection connection = location.connect();
        try {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SNAPSHOT");
            }
            OptionalLong session = Tables.existingSession(connection, request.clientIdentifier());
            if (session.isEmpty()) {
                throw new StoreException(
                        "There is no store of the client '" + request.clientIdentifier() + "' in " + location.location()
                                + ": check the location and the client identifier",
                        (Throwable) null);
            }
            Tables.refuseIfNewer(connection, session.getAsLong(), location.location());
            return new ServerReader(location.location(), connection, session.getAsLong(), damageListener);
        } catch (SQLException | RuntimeException e) {
            ServerSession.closeQuietly(connection);
            throw e;
        }
    }

    @Override
    public synchronized List<StoredRecord> scan(long fromKey, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("Limit " + limit + " is below 1: ask for one record or more");
        }
        if (closed) {
            throw new StoreException("The reader of the store " + location + " is closed", (Throwable) null);
        }
        List<StoredRecord> found = new ArrayList<>(Math.min(limit, 1024));
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT record_key, content FROM aldis_mqtt_records WHERE session_id = ? AND record_key >= ?"
                        + " ORDER BY record_key FETCH FIRST ? ROWS ONLY")) {
            select.setLong(1, session);
            select.setInt(3, limit);
            long from = fromKey;
            boolean more = true;
            // Damaged records are left out, so one page of the table may be less than one of the answer.
            while (more && found.size() < limit) {
                select.setLong(2, from);
                int rowCount = 0;
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next() && found.size() < limit) {
                        rowCount++;
                        long key = rows.getLong(1);
                        from = key + 1;
                        add(key, rows.getBytes(2), found);
                    }
                }
                more = rowCount == limit && from > fromKey;
            }
            return found;
        } catch (SQLException e) {
            throw new StoreException(
                    "The store " + location + " cannot be read (" + e.getMessage()
                            + "): check the server, and open it again",
                    e);
        }
    }

    private void add(long key, byte[] bytes, List<StoredRecord> found) {
        if (format.isIntact(key, bytes)) {
            found.add(format.decode(key, bytes));
        } else if (reported.add(key)) {
            damageListener.accept("Record " + key + " of the store " + location
                    + " is damaged (its checksum is wrong); it is left out");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        ServerSession.closeQuietly(connection);
    }
}
