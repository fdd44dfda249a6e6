package dev.aldis.mqtt.spi.transport;

import java.nio.ByteBuffer;

/**
 * An open connection. All methods are called on the event loop that {@code connect} was given, and only there. None of
 * them blocks, throws, or calls the listener before it returns. After {@link TransportListener#closed} they do nothing.
 */
public interface TransportConnection {

    /**
     * Writes bytes and flushes them. The bytes are taken before this method returns, so the caller may use the buffer
     * again. After {@link #close()} and after the end of the connection they are dropped.
     *
     * @param bytes from position to limit; its position is at its limit afterwards
     */
    void write(ByteBuffer bytes);

    /**
     * Whether more may be written now. Bytes written all the same are kept and sent in order: this is a hint to wait, not
     * a limit.
     *
     * @return false while much is waiting to be sent; {@link TransportListener#writabilityChanged} tells when that is over
     */
    boolean isWritable();

    /**
     * Stops reading from the peer, so that it is held back: how much of its bytes is kept on this side meanwhile has a
     * bound. Bytes read already may still be delivered. While reading is paused, the end of the connection may go
     * unnoticed, so do not pause for ever. Does nothing if reading is paused.
     */
    void pauseReading();

    /** Reads again after {@link #pauseReading()}. Does nothing if reading is not paused. */
    void resumeReading();

    /**
     * Closes in order: what was written is sent first, and the peer is told that it was all, for at most a few seconds;
     * what cannot be sent by then is dropped. Nothing but {@link TransportListener#closed} with null follows, after this
     * method has returned. May be called repeatedly.
     */
    void close();
}
