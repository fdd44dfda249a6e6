package dev.aldis.mqtt.persistence.h2.server;

import dev.aldis.mqtt.persistence.h2.record.RecordFormat;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was applied and not committed: for each key the last change, so that all puts and all removals go in one trip. */
final class PendingChanges {

    private static final String MERGE = "MERGE INTO aldis_mqtt_records (session_id, record_key, kind, size_bytes,"
            + " stored_at, content) KEY (session_id, record_key) VALUES (?, ?, ?, ?, CURRENT_TIMESTAMP(3), ?)";
    private static final String DELETE = "DELETE FROM aldis_mqtt_records WHERE session_id = ? AND record_key = ?";

    /** What a key has from now on. */
    private static final class Put {

        private final int kind;
        private final byte[] bytes;

        Put(int kind, byte[] bytes) {
            this.kind = kind;
            this.bytes = bytes;
        }
    }

    private final RecordFormat format = new RecordFormat();
    private final Map<Long, @Nullable Put> changes = new HashMap<>();

    void add(ChangeBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            changes.put(batch.key(i), batch.isPut(i) ? new Put(batch.kind(i), format.encode(batch, i)) : null);
        }
    }

    void clear() {
        changes.clear();
    }

    void write(Connection connection, long session) throws SQLException {
        try (PreparedStatement merge = connection.prepareStatement(MERGE);
                PreparedStatement delete = connection.prepareStatement(DELETE)) {
            int puts = 0;
            int removals = 0;
            for (Map.Entry<Long, @Nullable Put> change : changes.entrySet()) {
                Put put = change.getValue();
                if (put == null) {
                    delete.setLong(1, session);
                    delete.setLong(2, change.getKey());
                    delete.addBatch();
                    removals++;
                } else {
                    merge.setLong(1, session);
                    merge.setLong(2, change.getKey());
                    merge.setInt(3, put.kind);
                    merge.setInt(4, put.bytes.length - RecordFormat.HEADER_BYTES);
                    merge.setBytes(5, put.bytes);
                    merge.addBatch();
                    puts++;
                }
            }
            if (removals > 0) {
                delete.executeBatch();
            }
            if (puts > 0) {
                merge.executeBatch();
            }
        }
    }
}
