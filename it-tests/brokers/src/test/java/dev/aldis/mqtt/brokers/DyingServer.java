package dev.aldis.mqtt.brokers;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Accepts one client, begins to send it a message, and dies when it is told to, in the middle of a packet and of a frame. */
final class DyingServer implements AutoCloseable {

    /** How the bytes go. */
    enum Way {
        TCP("mqtt"),
        TLS("mqtts"),
        WEB_SOCKET("ws"),
        SECURE_WEB_SOCKET("wss"),
        SOCKET_FILE("mqtt+unix");

        private final String scheme;

        Way(String scheme) {
            this.scheme = scheme;
        }

        boolean isWebSocket() {
            return this == WEB_SOCKET || this == SECURE_WEB_SOCKET;
        }

        private boolean isSecured() {
            return this == TLS || this == SECURE_WEB_SOCKET;
        }
    }

    /** How it ends. */
    enum Death {
        RESET,
        CLOSED
    }

    /** Success, no properties. */
    private static final byte[] CONNACK = {0x20, 3, 0, 0, 0};

    /** Of a PUBLISH of 102 bytes. */
    private static final byte[] BEGINNING = {0x30, 100, 0, 5, 'a'};

    private static final String WEB_SOCKET_KEY = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final Way way;
    private final SSLContext tls;
    private final CompletableFuture<Death> death = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> dead = new CompletableFuture<>();
    private final @Nullable ServerSocket server;
    private final @Nullable ServerSocketChannel fileServer;
    private final @Nullable Path file;

    DyingServer(Way way, SSLContext tls) throws IOException {
        this.way = way;
        this.tls = tls;
        if (way == Way.SOCKET_FILE) {
            server = null;
            // The system allows about a hundred characters only, so the folder is as near to the root as can be.
            file = Files.createTempDirectory("mqtt").resolve("s");
            fileServer = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(file));
        } else {
            server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            file = null;
            fileServer = null;
        }
        Thread thread = new Thread(
                () -> {
                    try {
                        serve();
                        dead.complete(null);
                    } catch (Exception e) {
                        dead.completeExceptionally(e);
                    }
                },
                "dying-server");
        thread.setDaemon(true);
        thread.start();
    }

    String uri() {
        return server == null
                ? way.scheme + "://" + file
                : way.scheme + "://127.0.0.1:" + server.getLocalPort() + "/mqtt";
    }

    /** Returns when the link is dead. */
    void die(Death how) throws Exception {
        death.complete(how);
        dead.get(Clients.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void serve() throws Exception {
        if (fileServer != null) {
            serveFile(fileServer);
        } else if (server != null) {
            serveSocket(server);
        }
    }

    private void serveFile(ServerSocketChannel listening) throws Exception {
        try (SocketChannel channel = listening.accept()) {
            InputStream in = Channels.newInputStream(channel);
            // What is left unread makes the end a reset.
            in.skipNBytes(1);
            speak(in, Channels.newOutputStream(channel));
            if (death.get() == Death.CLOSED) {
                channel.read(ByteBuffer.allocate(1_000));
            }
        }
    }

    private void serveSocket(ServerSocket listening) throws Exception {
        try (Socket raw = listening.accept()) {
            raw.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Clients.PATIENCE_SECONDS));
            Socket socket = way.isSecured() ? secured(raw) : raw;
            speak(socket.getInputStream(), socket.getOutputStream());
            if (death.get() == Death.RESET) {
                raw.setSoLinger(true, 0);
            } else {
                // All that has come, so that nothing unread makes a reset.
                raw.getInputStream().skipNBytes(raw.getInputStream().available());
            }
        }
    }

    private SSLSocket secured(Socket raw) throws IOException {
        SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(raw, null, raw.getPort(), false);
        secured.setUseClientMode(false);
        secured.startHandshake();
        return secured;
    }

    private void speak(InputStream in, OutputStream out) throws IOException, NoSuchAlgorithmException {
        if (way.isWebSocket()) {
            out.write(answerTo(request(in)).getBytes(StandardCharsets.US_ASCII));
            if (in.read(new byte[1_000]) < 0) {
                throw new EOFException("the client closed");
            }
            out.write(new byte[] {(byte) 0x82, (byte) CONNACK.length});
            out.write(CONNACK);
            // A frame of 102 bytes, as long as the packet in it.
            out.write(new byte[] {(byte) 0x82, 102});
        } else {
            if (in.read(new byte[way == Way.SOCKET_FILE ? 1 : 1_000]) < 0) {
                throw new EOFException("the client closed");
            }
            out.write(CONNACK);
        }
        out.write(BEGINNING);
        out.flush();
    }

    private static String request(InputStream in) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the client closed");
            }
            read.append((char) next);
        }
        return read.toString();
    }

    private static String answerTo(String request) throws NoSuchAlgorithmException {
        String key = request.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow();
        byte[] digest =
                MessageDigest.getInstance("SHA-1").digest((key + WEB_SOCKET_KEY).getBytes(StandardCharsets.US_ASCII));
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(digest)
                + "\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
    }

    @Override
    public void close() throws IOException {
        if (server != null) {
            server.close();
        }
        if (fileServer != null && file != null) {
            fileServer.close();
            Files.delete(file);
            Files.delete(file.getParent());
        }
    }
}
