package dev.aldis.mqtt.persistence.h2.server;

import dev.aldis.mqtt.persistence.h2.record.RecordFormat;
import dev.aldis.mqtt.spi.persistence.ChangeBatch;
import dev.aldis.mqtt.spi.persistence.RecordLabel;
import dev.aldis.mqtt.spi.persistence.RecordLabels;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was applied and not committed: for each key the last change, so that all puts and all removals go in one trip. */
final class PendingChanges {

    private static final String MERGE = "MERGE INTO aldis_mqtt_records (session_id, record_key, kind, topic, qos,"
            + " size_bytes, stored_at, content) KEY (session_id, record_key)"
            + " VALUES (?, ?, ?, ?, ?, ?, CURRENT_TIMESTAMP(3), ?)";
    private static final String DELETE = "DELETE FROM aldis_mqtt_records WHERE session_id = ? AND record_key = ?";

    /** What a key has from now on. */
    private static final class Put {

        private final int kind;
        private final @Nullable RecordLabel label;
        private final byte[] bytes;

        Put(int kind, @Nullable RecordLabel label, byte[] bytes) {
            this.kind = kind;
            this.label = label;
            this.bytes = bytes;
        }
    }

    private final RecordLabels labels;
    private final RecordFormat format = new RecordFormat();
    private final Map<Long, @Nullable Put> changes = new HashMap<>();

    PendingChanges(RecordLabels labels) {
        this.labels = labels;
    }

    void add(ChangeBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            changes.put(batch.key(i), batch.isPut(i) ? put(batch, i) : null);
        }
    }

    private Put put(ChangeBatch batch, int index) {
        int kind = batch.kind(index);
        ByteBuffer content = ByteBuffer.wrap(batch.array(), batch.offset(index), batch.lengthBytes(index));
        return new Put(kind, labels.of(kind, content).orElse(null), format.encode(batch, index));
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
                    merge.setString(
                            4, put.label == null ? null : put.label.topic().text());
                    merge.setObject(
                            5, put.label == null ? null : put.label.qos().level());
                    merge.setInt(6, put.bytes.length - RecordFormat.HEADER_BYTES);
                    merge.setBytes(7, put.bytes);
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
