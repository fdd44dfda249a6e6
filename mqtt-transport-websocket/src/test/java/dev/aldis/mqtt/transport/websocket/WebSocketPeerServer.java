package dev.aldis.mqtt.transport.websocket;

import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A WebSocket server of the test's own, that shares no code with the transport. */
final class WebSocketPeerServer implements PeerServer {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final String scheme;
    private final SSLContext tls;
    private final ServerSocket server;
    private boolean behindProbe;
    private volatile UnaryOperator<String> answer = UnaryOperator.identity();
    private volatile String requestLine = "";
    private volatile Map<String, String> requestHeaders = Map.of();

    /** For plain WebSocket if the context is null. */
    WebSocketPeerServer(SSLContext tls) throws IOException {
        this.scheme = tls == null ? "ws" : "wss";
        this.tls = tls;
        server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        server.setSoTimeout(PATIENCE_MILLIS);
    }

    /** Changes the HTTP response, or replaces it. */
    WebSocketPeerServer answering(UnaryOperator<String> change) {
        answer = change;
        return this;
    }

    /** Lets a first connection go that says nothing, by which somebody finds out whether the port answers. */
    WebSocketPeerServer behindProbe() {
        behindProbe = true;
        return this;
    }

    /** The first line of the last request. */
    String requestLine() {
        return requestLine;
    }

    /** The headers of the last request, with names in lower case. */
    Map<String, String> requestHeaders() {
        return requestHeaders;
    }

    @Override
    public URI uri() {
        return URI.create(scheme + "://localhost:" + server.getLocalPort() + "/mqtt");
    }

    @Override
    public WebSocketPeerConnection accept() throws IOException {
        if (behindProbe) {
            behindProbe = false;
            server.accept().close();
        }
        Socket raw = server.accept();
        raw.setSoTimeout(PATIENCE_MILLIS);
        raw.setTcpNoDelay(true);
        Socket socket = raw;
        try {
            if (tls != null) {
                SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(raw, null, raw.getPort(), true);
                secured.setUseClientMode(false);
                secured.startHandshake();
                socket = secured;
            }
            InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            readRequest(in);
            socket.getOutputStream().write(answer.apply(response()).getBytes(StandardCharsets.ISO_8859_1));
            return new WebSocketPeerConnection(raw, socket, in);
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    private void readRequest(InputStream in) throws IOException {
        requestLine = line(in);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        requestHeaders = headers;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the client closed in the handshake");
            }
            line.append((char) c);
        }
        return line.toString().trim();
    }

    private String response() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((requestHeaders.get("sec-websocket-key") + MAGIC).getBytes(StandardCharsets.US_ASCII));
            return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(hash)
                    + "\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
