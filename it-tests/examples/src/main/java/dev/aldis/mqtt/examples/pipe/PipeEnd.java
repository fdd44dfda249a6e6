package dev.aldis.mqtt.examples.pipe;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The server's end of a pipe. Its methods block. */
public final class PipeEnd implements AutoCloseable {

    /** What may wait to be read by the client; a writer waits when it is more. */
    private static final long MOST_WAITING_BYTES = 256 << 10;

    private final ByteQueue fromClient;
    private final ByteQueue toClient;
    private final Runnable tellClient;

    /**
     * An end.
     *
     * @param tellClient run when there is something new for the client, or room for what it writes
     */
    PipeEnd(ByteQueue fromClient, ByteQueue toClient, Runnable tellClient) {
        this.fromClient = fromClient;
        this.toClient = toClient;
        this.tellClient = tellClient;
    }

    /**
     * Writes bytes.
     *
     * @param bytes are not to be changed afterwards
     * @throws IOException if the pipe is broken
     * @throws InterruptedException if the thread is interrupted
     */
    public void write(byte[] bytes) throws IOException, InterruptedException {
        toClient.awaitRoom(MOST_WAITING_BYTES);
        toClient.add(bytes);
        tellClient.run();
    }

    /**
     * Reads some bytes, as they were written.
     *
     * @return at least one byte; null if that was all
     * @throws IOException if the pipe is broken
     * @throws InterruptedException if the thread is interrupted
     */
    public byte @Nullable [] read() throws IOException, InterruptedException {
        byte[] next = fromClient.take();
        tellClient.run();
        return next;
    }

    /** Says that this was all, and still reads. */
    public void endOutput() {
        toClient.end();
        tellClient.run();
    }

    /** Breaks the pipe, as a lost network does. */
    public void reset() {
        toClient.breakOff();
        fromClient.breakOff();
        tellClient.run();
    }

    @Override
    public void close() {
        endOutput();
    }
}
