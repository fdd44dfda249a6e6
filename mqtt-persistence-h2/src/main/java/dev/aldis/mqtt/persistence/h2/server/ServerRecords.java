package dev.aldis.mqtt.persistence.h2.server;

import dev.aldis.mqtt.api.StoreException;
import dev.aldis.mqtt.persistence.h2.record.RecordFormat;
import dev.aldis.mqtt.spi.persistence.BlockingStore;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.RecordLabels;
import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The records of one session at a server.
 *
 * <p>A commit whose answer is lost with the connection may have been done or not. So each commit counts itself in the same
 * transaction, and after such a loss the count is asked for over a new connection, for half a minute if need be. If nobody
 * answers, the batch fails, and so does everything after it until the store is closed and opened again, which shows what is
 * there.
 */
final class ServerRecords implements BlockingStore {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int FETCHED_RECORDS = 1000;

    private final ServerSession session;
    private final boolean synced;
    private final RecordFormat format = new RecordFormat();
    private final PendingChanges changes;

    /** Null while it is lost. */
    private @Nullable Connection connection;

    private long committed;
    private boolean doubtful;

    ServerRecords(ServerSession session, Connection connection, long committed, boolean synced, RecordLabels labels) {
        this.session = session;
        this.changes = new PendingChanges(labels);
        this.connection = connection;
        this.committed = committed;
        this.synced = synced;
    }

    @Override
    public void apply(ChangeBatch batch) {
        changes.add(batch);
    }

    @Override
    public void commit() {
        Connection open = written();
        try {
            open.commit();
            force(open);
        } catch (SQLException e) {
            settle(e);
        }
        committed++;
        changes.clear();
    }

    /** The connection that the changes were written to, and not committed. */
    private Connection written() {
        boolean stale = connection != null;
        try {
            return write();
        } catch (SQLException e) {
            if (!stale) {
                throw failed("written", e);
            }
        }
        // The server may have been started again since the last commit; nothing of this one can have been done.
        disconnect();
        try {
            return write();
        } catch (SQLException e) {
            throw failed("written", e);
        }
    }

    private Connection write() throws SQLException {
        Connection open = connected();
        changes.write(open, session.number());
        session.count(open, committed, committed + 1);
        return open;
    }

    private void force(Connection open) throws SQLException {
        if (synced) {
            ServerSession.force(open);
        }
    }

    /** Returns if the commit was done, and throws if it was not, or if nobody can tell. */
    private void settle(SQLException failure) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < PATIENCE_NANOS) {
            disconnect();
            try {
                Connection again = session.connect();
                connection = again;
                if (session.lastCommit(again) == committed) {
                    throw failed("written", failure);
                }
                force(again);
                return;
            } catch (SQLException e) {
                failure.addSuppressed(e);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        doubtful = true;
        throw failed("reached, and whether the last batch was stored is not known: close and open it again", failure);
    }

    private StoreException failed(String what, SQLException e) {
        return new StoreException("The store " + this + " could not be " + what + " (" + e.getMessage() + ")", e);
    }

    /** The connection, made again if it was lost. */
    private Connection connected() {
        if (doubtful) {
            throw new StoreException(
                    "The server of the store " + this
                            + " was lost in the middle of a commit, and whether that was stored"
                            + " is not known: close and open the store",
                    (Throwable) null);
        }
        Connection open = connection;
        if (open != null) {
            return open;
        }
        try {
            open = session.connect();
            connection = open;
            return open;
        } catch (SQLException e) {
            throw failed("reached", e);
        }
    }

    @Override
    public void abandon(Throwable cause) {
        changes.clear();
        disconnect();
    }

    private void disconnect() {
        Connection lost = connection;
        connection = null;
        if (lost != null) {
            ServerSession.closeQuietly(lost);
        }
    }

    @Override
    public boolean isBroken() {
        // Each use makes the connection again; to try it in between would fill the log while the server is away.
        return false;
    }

    @Override
    public List<StoredRecord> scan(long fromKey, int limit) {
        Connection open = connected();
        List<StoredRecord> found = new ArrayList<>(Math.min(limit, 1024));
        try (PreparedStatement select = open.prepareStatement(
                "SELECT record_key, content FROM aldis_mqtt_records WHERE session_id = ? AND record_key >= ?"
                        + " ORDER BY record_key FETCH FIRST ? ROWS ONLY")) {
            select.setLong(1, session.number());
            select.setLong(2, fromKey);
            select.setInt(3, limit);
            select.setFetchSize(FETCHED_RECORDS);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(record(rows.getLong(1), rows.getBytes(2)));
                }
            }
            open.rollback();
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private StoredRecord record(long key, byte[] bytes) {
        if (!format.isIntact(key, bytes)) {
            throw new StoreException(
                    "Record " + key + " of the store " + this
                            + " has been damaged while it was open: close and open the store, which sets it aside",
                    (Throwable) null);
        }
        return format.decode(key, bytes);
    }

    @Override
    public void tidy() {}

    @Override
    public void close() throws IOException {
        Connection open = connection;
        connection = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    @Override
    public String toString() {
        return session.toString();
    }
}
