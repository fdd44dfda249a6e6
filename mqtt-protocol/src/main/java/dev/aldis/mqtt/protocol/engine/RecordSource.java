package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.spi.persistence.StoredRecord;
import java.util.List;

/** Where an engine that begins reads what an earlier one has left. */
@FunctionalInterface
public interface RecordSource {

    /**
     * Reads records in the order of their keys.
     *
     * @param fromKey the smallest key to give
     * @param limit the greatest number of records to give
     * @return fewer than {@code limit} only at the end
     */
    List<StoredRecord> scan(long fromKey, int limit);
}
