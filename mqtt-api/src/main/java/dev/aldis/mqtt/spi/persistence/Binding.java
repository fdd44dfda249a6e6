package dev.aldis.mqtt.spi.persistence;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a record is tied to beside its head: its key, its kind and the client identifier, so that it cannot be moved to
 * another place unnoticed. Used by one thread at a time.
 */
final class Binding {

    static final String TRANSFORMATION = "AES/GCM/NoPadding";

    private final ByteBuffer bytes;

    Binding(String clientIdentifier) {
        byte[] identifier = clientIdentifier.getBytes(StandardCharsets.UTF_8);
        bytes = ByteBuffer.allocate(Long.BYTES + 1 + identifier.length);
        bytes.put(Long.BYTES + 1, identifier);
    }

    /** The bytes for one record, good until the next call. */
    byte[] of(long key, int kind) {
        bytes.putLong(0, key).put(Long.BYTES, (byte) kind);
        return bytes.array();
    }
}
