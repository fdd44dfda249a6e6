package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.spi.transport.TransportConnection;
import org.jspecify.annotations.Nullable;

/**
 * The acknowledgements that the server has asked for and does not take. Whatever else is sent waits until the transport has
 * room; these do not, so there is no other limit to how many of them a server makes pile up that asks and does not read.
 */
final class OwedAnswers {

    /**
     * More than a server has under way that keeps to the standard: three acknowledgements for each of 65,535 messages in each
     * direction.
     */
    private static final int MOST_BYTES = 2 << 20;

    private int encodedBytes;
    private int owedBytes;

    /** So many bytes of acknowledgements are going to be written. */
    void encoded(int bytes) {
        encodedBytes += bytes;
    }

    /** What was encoded is being written. */
    void written(TransportConnection connection) {
        if (encodedBytes > 0) {
            owedBytes = connection.isWritable() ? encodedBytes : owedBytes + encodedBytes;
            encodedBytes = 0;
        }
    }

    /** Whether the server has to read before it may ask for more. */
    boolean isTooMuch(@Nullable TransportConnection connection) {
        if (owedBytes > MOST_BYTES && (connection == null || connection.isWritable())) {
            owedBytes = 0;
        }
        return owedBytes > MOST_BYTES;
    }

    /** The connection has ended. */
    void clear() {
        encodedBytes = 0;
        owedBytes = 0;
    }
}
