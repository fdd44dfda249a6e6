package dev.aldis.mqtt.spi.transport;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Hears what happens to one connection. Always called on the event loop that {@code connect} was given, one call at a time. */
public interface TransportListener {

    /**
     * The connection is there, and secured if its scheme says so. Called at most once, before any other method.
     *
     * @param connection the connection
     */
    void connected(TransportConnection connection);

    /**
     * Bytes have arrived, in any portions.
     *
     * @param bytes from position to limit; belongs to the transport again when this method returns
     */
    void received(ByteBuffer bytes);

    /**
     * The connection takes more bytes, or should not be given more for now, than before.
     *
     * @param writable what {@link TransportConnection#isWritable()} says now
     */
    void writabilityChanged(boolean writable);

    /**
     * The connection has ended or could not be made. Called exactly once; nothing is called after it.
     *
     * @param cause why, with a message that says what to do; null if this side closed it or the peer closed it in order
     */
    void closed(@Nullable Throwable cause);
}
