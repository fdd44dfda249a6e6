package dev.aldis.mqtt.spi.transport.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A peer for transports that carry bytes over TCP as they are, or within TLS. */
public final class SocketPeerServer implements PeerServer {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int BACKLOG = 16;

    private final String scheme;
    private final @Nullable SSLContext tls;
    private final ServerSocket server;

    private SocketPeerServer(String scheme, @Nullable SSLContext tls) throws IOException {
        this.scheme = scheme;
        this.tls = tls;
        server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        server.setSoTimeout(PATIENCE_MILLIS);
    }

    /** A peer for plain TCP. */
    public static SocketPeerServer plain(String scheme) throws IOException {
        return new SocketPeerServer(scheme, null);
    }

    /**
     * A peer that speaks TLS.
     *
     * @param tls with the server's certificate, for the host name {@code localhost}
     */
    public static SocketPeerServer secured(String scheme, SSLContext tls) throws IOException {
        return new SocketPeerServer(scheme, tls);
    }

    @Override
    public URI uri() {
        return URI.create(scheme + "://localhost:" + server.getLocalPort());
    }

    @Override
    public PeerConnection accept() throws IOException {
        Socket raw = acceptRaw();
        if (tls == null) {
            return new SocketPeerConnection(raw, raw);
        }
        SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(raw, null, raw.getPort(), true);
        secured.setUseClientMode(false);
        try {
            secured.startHandshake();
        } catch (IOException e) {
            secured.close();
            throw e;
        }
        return new SocketPeerConnection(raw, secured);
    }

    /** Accepts a connection and does nothing more with it. */
    public Socket acceptRaw() throws IOException {
        Socket raw = server.accept();
        raw.setSoTimeout(PATIENCE_MILLIS);
        raw.setTcpNoDelay(true);
        return raw;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private static final class SocketPeerConnection implements PeerConnection {

        private final Socket raw;
        private final Socket socket;

        SocketPeerConnection(Socket raw, Socket socket) {
            this.raw = raw;
            this.socket = socket;
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        @Override
        public byte[] read(int count) throws IOException {
            return socket.getInputStream().readNBytes(count);
        }

        @Override
        public byte[] readToEnd() throws IOException {
            return socket.getInputStream().readAllBytes();
        }

        @Override
        public void shutDownOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void reset() throws IOException {
            if (!raw.isClosed()) {
                raw.setSoLinger(true, 0);
                raw.close();
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
