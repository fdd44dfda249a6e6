package dev.aldis.mqtt.spi.transport;

import java.nio.ByteBuffer;

/** An open connection. All methods are called on its event loop only. */
public interface TransportConnection {

    /**
     * Writes bytes and flushes them. The bytes are taken before this method returns, so the caller may use the buffer
     * again. After the end of the connection it does nothing.
     *
     * @param bytes from position to limit; its position is at its limit afterwards
     */
    void write(ByteBuffer bytes);

    /**
     * Whether more may be written now. Bytes written all the same are kept and sent in order: this is a hint to wait, not
     * a limit.
     *
     * @return false while much is waiting to be sent
     */
    boolean isWritable();

    /** Stops reading from the peer, so that it is held back. Bytes read already may still be delivered. */
    void pauseReading();

    /** Reads again after {@link #pauseReading()}. */
    void resumeReading();

    /**
     * Closes in order: what was written is sent first, for at most a few seconds. {@link TransportListener#closed} follows.
     * May be called repeatedly.
     */
    void close();
}
