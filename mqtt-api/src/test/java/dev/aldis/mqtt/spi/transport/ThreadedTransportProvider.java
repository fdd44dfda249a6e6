package dev.aldis.mqtt.spi.transport;

import dev.aldis.mqtt.api.ConnectionException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Set;

/**
 * A transport as an author without Netty might write it, on blocking sockets: one thread reads and one writes for each
 * connection, and {@link SingleThreadEventLoop} is the loop. It is here to show that the contract can be kept with simple
 * means, and that its tests ask for nothing that is Netty's.
 */
final class ThreadedTransportProvider implements TransportProvider {

    static final String SCHEME = "threaded";

    @Override
    public Set<String> schemes() {
        return Set.of(SCHEME);
    }

    @Override
    public EventLoop acquireEventLoop() {
        return SingleThreadEventLoop.start("threaded-transport-loop");
    }

    @Override
    public TransportAttempt connect(TransportRequest request, EventLoop eventLoop, TransportListener listener) {
        if (!SCHEME.equals(request.server().getScheme())) {
            throw new IllegalArgumentException("The scheme of " + request.server() + " is not " + SCHEME);
        }
        ThreadedConnection connection = new ThreadedConnection(eventLoop, listener);
        connection.start(() -> open(request));
        return connection::cancel;
    }

    private static Socket open(TransportRequest request) throws IOException {
        URI server = request.server();
        long deadlineNanos = System.nanoTime() + request.connectTimeout().toNanos();
        IOException last = null;
        for (InetAddress address : addresses(server)) {
            Socket socket = new Socket();
            try {
                long leftMillis = Math.max(1, (deadlineNanos - System.nanoTime()) / 1_000_000);
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(address, server.getPort()), (int) leftMillis);
                return socket;
            } catch (IOException e) {
                socket.close();
                last = e;
            }
        }
        throw new ConnectionException(
                "No connection to " + server.getHost() + ":" + server.getPort() + ": check that the server runs", last);
    }

    private static InetAddress[] addresses(URI server) {
        try {
            return InetAddress.getAllByName(server.getHost());
        } catch (IOException e) {
            throw new ConnectionException("The host " + server.getHost() + " is not known", e);
        }
    }
}
