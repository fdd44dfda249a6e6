package dev.aldis.mqtt.spi.transport;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Hears what happens to one connection. Always called on the event loop that {@code connect} was given, one call at a time:
 * never from inside {@code connect}, nor from inside a method of the attempt or the connection.
 *
 * <p>The order of calls is: {@code connected} at most once; then {@code received} and {@code writabilityChanged} any number
 * of times; then {@code closed} exactly once. What one of the first three throws closes the connection, and
 * {@code closed} is called with it, itself and not wrapped. What {@code closed} throws goes to the thread's
 * {@link java.lang.Thread.UncaughtExceptionHandler}.
 */
public interface TransportListener {

    /**
     * The connection is there, and secured if its scheme says so. Called at most once, before any other method. Reading
     * is not paused, and the connection is writable.
     *
     * @param connection the connection
     */
    void connected(TransportConnection connection);

    /**
     * Bytes have arrived, in any portions. Not called any more after this side has closed the connection.
     *
     * @param bytes from position to limit, at least one; belongs to the transport again when this method returns, and its
     *     content may be overwritten then
     */
    void received(ByteBuffer bytes);

    /**
     * The connection takes more bytes again, or should not be given more for now. Whoever has seen
     * {@link TransportConnection#isWritable()} say false is told true here when that is over; a change to false that is
     * over before it could be told may go untold. Not called any more after this side has closed the connection.
     *
     * @param writable what {@link TransportConnection#isWritable()} says now
     */
    void writabilityChanged(boolean writable);

    /**
     * The connection has ended or could not be made. Called exactly once; nothing is called after it. Everything that was
     * read before has been delivered.
     *
     * @param cause why: a {@link dev.aldis.mqtt.api.ConnectionException} with a message that names the server and says what
     *     to do, or what this listener threw; null if this side closed it, or if the peer closed it in order after
     *     {@link #connected}
     */
    void closed(@Nullable Throwable cause);
}
