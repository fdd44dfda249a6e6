package dev.aldis.mqtt.spi.persistence;

import dev.aldis.mqtt.api.Payload;

/**
 * A live record.
 *
 * @param key its key, 0 or more
 * @param kind what kind of record it is, 0 to 255; for tools that count and list
 * @param content its bytes, opaque to the store
 */
public record StoredRecord(long key, int kind, Payload content) {}
