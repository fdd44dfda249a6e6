package dev.aldis.mqtt.spi.transport.testkit;

import java.io.IOException;

/** One connection as the server sees it. Methods block, for some seconds at most where nothing moves. */
public interface PeerConnection extends AutoCloseable {

    /** Sends bytes. */
    void write(byte[] bytes) throws IOException;

    /** Reads exactly so many bytes, fewer only if the client closes before. */
    byte[] read(int count) throws IOException;

    /**
     * Reads until the client says that it was all.
     *
     * @throws IOException if the connection is reset instead
     */
    byte[] readToEnd() throws IOException;

    /** Says that this was all, and still reads. */
    void shutDownOutput() throws IOException;

    /**
     * Tears the connection down without a word, in the middle of what the client says: TCP sends a reset. Does nothing after
     * its end.
     */
    void reset() throws IOException;

    /** Closes in order. */
    @Override
    void close() throws IOException;
}
