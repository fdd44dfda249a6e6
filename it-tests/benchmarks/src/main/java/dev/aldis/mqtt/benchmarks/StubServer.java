package dev.aldis.mqtt.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Iterator;

/**
 * The peer of every benchmark: an MQTT 5 server on one thread that keeps nothing and routes nothing. It answers what it is
 * sent, all acknowledgements of one read together, and floods a subscriber with messages. Loopback only.
 */
public final class StubServer implements AutoCloseable {

    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();

    /**
     * Listens on a free port.
     *
     * @throws IOException if there is none
     */
    public StubServer() throws IOException {
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    /**
     * Serves until its standard input ends, so that no peer outlives the run that started it. The first line that it prints
     * is its port.
     *
     * @param arguments none
     * @throws IOException if it cannot serve
     */
    public static void main(String[] arguments) throws IOException {
        StubServer server = new StubServer();
        System.out.println(server.port());
        Thread serving = new Thread(server::serve, "stub-server");
        serving.setDaemon(true);
        serving.start();
        while (System.in.read() >= 0) {
            // What is written there means nothing; only its end does.
        }
    }

    /**
     * Where it listens.
     *
     * @return the port, on the loopback address
     * @throws IOException if it is closed
     */
    public int port() throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    /** Serves all connections on the calling thread until {@link #close()}. */
    public void serve() {
        try {
            while (selector.isOpen()) {
                selector.select();
                serveSelected();
            }
        } catch (IOException failure) {
            throw new IllegalStateException("The stub server failed", failure);
        } catch (ClosedSelectorException closed) {
            return;
        }
    }

    private void serveSelected() throws IOException {
        for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
            SelectionKey key = keys.next();
            keys.remove();
            if (!key.isValid()) {
                continue;
            }
            if (key.attachment() instanceof StubConnection connection) {
                serveConnection(key, connection);
            } else {
                accept();
            }
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = listener.accept();
        if (channel == null) {
            return;
        }
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.register(selector, SelectionKey.OP_READ, new StubConnection(channel));
    }

    private static void serveConnection(SelectionKey key, StubConnection connection) throws IOException {
        try {
            int interest = connection.serve(key.isReadable());
            if (interest == 0) {
                key.channel().close();
            } else if (key.interestOps() != interest) {
                key.interestOps(interest);
            }
        } catch (IOException lost) {
            // A client that ends without DISCONNECT; the others go on.
            key.channel().close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
