package dev.aldis.mqtt.examples.pipe;

import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.SingleThreadEventLoop;
import dev.aldis.mqtt.spi.transport.TransportAttempt;
import dev.aldis.mqtt.spi.transport.TransportListener;
import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.TransportRequest;
import java.net.URI;
import java.util.Set;

/** Connects to a {@link PipeServer} of the same process: {@code pipe:name}. */
public final class PipeTransportProvider implements TransportProvider {

    private static final String SCHEME = "pipe";

    /** For {@link java.util.ServiceLoader}. */
    public PipeTransportProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of(SCHEME);
    }

    @Override
    public EventLoop acquireEventLoop() {
        return SingleThreadEventLoop.start("pipe-loop");
    }

    @Override
    public TransportAttempt connect(TransportRequest request, EventLoop eventLoop, TransportListener listener) {
        URI server = request.server();
        if (!SCHEME.equals(server.getScheme())) {
            throw new IllegalArgumentException("The scheme of '" + server + "' is not '" + SCHEME + "'");
        }
        PipeConnection connection = new PipeConnection(server.getSchemeSpecificPart(), eventLoop, listener);
        eventLoop.execute(connection::open);
        return connection;
    }
}
