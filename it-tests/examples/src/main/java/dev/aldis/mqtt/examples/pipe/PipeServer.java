package dev.aldis.mqtt.examples.pipe;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Where connections by the name of a pipe arrive: what a server socket is for TCP. */
public final class PipeServer implements AutoCloseable {

    private static final Map<String, PipeServer> LISTENING = new ConcurrentHashMap<>();

    private final String name;
    private final BlockingQueue<PipeEnd> arrived = new LinkedBlockingQueue<>();

    private PipeServer(String name) {
        this.name = name;
    }

    /**
     * Begins to listen.
     *
     * @param name what stands in the URI after {@code pipe:}
     * @return the listening server
     * @throws IllegalStateException if somebody listens there already
     */
    public static PipeServer listen(String name) {
        PipeServer server = new PipeServer(name);
        if (LISTENING.putIfAbsent(name, server) != null) {
            throw new IllegalStateException("The pipe '" + name + "' is in use: close it, or take another name");
        }
        return server;
    }

    static Optional<PipeServer> listeningOn(String name) {
        return Optional.ofNullable(LISTENING.get(name));
    }

    void arrive(PipeEnd end) {
        arrived.add(end);
    }

    /**
     * Waits for a connection.
     *
     * @param patienceMillis how long, in milliseconds
     * @return the server's end
     * @throws IOException if none came
     * @throws InterruptedException if the thread is interrupted
     */
    public PipeEnd accept(long patienceMillis) throws IOException, InterruptedException {
        PipeEnd end = arrived.poll(patienceMillis, TimeUnit.MILLISECONDS);
        if (end == null) {
            throw new IOException("Nobody connected to the pipe '" + name + "' within " + patienceMillis + " ms");
        }
        return end;
    }

    @Override
    public void close() {
        LISTENING.remove(name, this);
    }
}
