package dev.aldis.mqtt.spi.persistence;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Says what a record is about, so that a store which people look into, such as a table, can show it beside the bytes, which are
 * opaque to the store. Comes from whoever wrote the record; a store may ignore it. Safe for use by any number of threads.
 */
@FunctionalInterface
public interface RecordLabels {

    /** Says nothing of any record: there is nothing to tell, or it is not to be seen. */
    RecordLabels NONE = (kind, content) -> Optional.empty();

    /**
     * Looks into a record that is to be put.
     *
     * @param kind of the record
     * @param content its bytes, from position to limit; the position may be moved
     * @return the label; empty if the record holds no message
     */
    Optional<RecordLabel> of(int kind, ByteBuffer content);
}
