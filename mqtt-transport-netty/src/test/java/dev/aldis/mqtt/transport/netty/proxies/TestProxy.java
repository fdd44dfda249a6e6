package dev.aldis.mqtt.transport.netty.proxies;

import dev.aldis.mqtt.api.ProxyOptions;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy of the test's own, for HTTP CONNECT and SOCKS5, written from RFC 9110 and RFC 1928. It takes every host name for
 * this machine, so that a name that only it knows can be tested.
 */
public final class TestProxy implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int VERSION = 5;
    private static final int NO_CREDENTIALS = 0;
    private static final int WITH_CREDENTIALS = 2;
    private static final int NO_METHOD = 0xff;

    private final ServerSocket listening = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final List<String> targets = new CopyOnWriteArrayList<>();
    private final boolean http;
    private final Thread acceptor;
    private volatile String credentials;

    private TestProxy(boolean http, String credentials) throws IOException {
        this.http = http;
        this.credentials = credentials;
        this.acceptor = daemon(() -> {
            while (!listening.isClosed()) {
                Socket client = listening.accept();
                open.add(client);
                daemon(() -> serve(client));
            }
        });
    }

    /** A proxy that speaks HTTP, and wants the credentials {@code name:password} unless they are null. */
    public static TestProxy http(String credentials) throws IOException {
        return new TestProxy(true, credentials);
    }

    /** A proxy that speaks SOCKS5, and wants the credentials {@code name:password} unless they are null. */
    public static TestProxy socks5(String credentials) throws IOException {
        return new TestProxy(false, credentials);
    }

    /** A proxy that speaks as this kind does, and wants the credentials {@code name:password} unless they are null. */
    public static TestProxy of(ProxyOptions.Kind kind, String credentials) throws IOException {
        return kind == ProxyOptions.Kind.HTTP ? http(credentials) : socks5(credentials);
    }

    /** The way through it, without credentials. */
    public ProxyOptions options() {
        return http ? ProxyOptions.http("localhost", port()) : ProxyOptions.socks5("localhost", port());
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** Changes the credentials that it wants from now on. */
    public void want(String others) {
        credentials = others;
    }

    /** Where clients wanted to be connected to, as they wrote it. */
    public List<String> targets() {
        return targets;
    }

    private interface Task {
        void run() throws IOException;
    }

    private static Thread daemon(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException ended) {
                        // The test has ended, or one of the two sides has; the other one is told by the end of its
                        // connection.
                        Thread.currentThread().interrupt();
                    }
                },
                "transport-test-peer");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void serve(Socket client) throws IOException {
        try (client) {
            client.setSoTimeout(PATIENCE_MILLIS);
            client.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            int port = http ? agreeOnHttp(in, out) : agreeOnSocks(in, out);
            if (port > 0) {
                pass(client, port);
            } else {
                // What is left unread would make the end a reset, upon which the answer could be lost.
                client.shutdownOutput();
                in.readAllBytes();
            }
        }
    }

    /** The port to connect to, 0 for refused. */
    private int agreeOnHttp(InputStream in, OutputStream out) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            lines.add(line);
        }
        String[] request = lines.get(0).split(" ", 3);
        targets.add(request[1]);
        int port = Integer.parseInt(request[1].substring(request[1].lastIndexOf(':') + 1));
        String wanted = credentials;
        String expected = wanted == null
                ? null
                : "proxy-authorization: Basic "
                        + Base64.getEncoder().encodeToString(wanted.getBytes(StandardCharsets.UTF_8));
        String answer;
        if (!request[0].equals("CONNECT")) {
            answer = "405 Method Not Allowed";
        } else if (expected != null && lines.stream().noneMatch(expected::equalsIgnoreCase)) {
            answer = "407 Proxy Authentication Required";
        } else if (request[1].startsWith("forbidden.")) {
            answer = "403 Forbidden";
        } else if (!answers(port)) {
            answer = "502 Bad Gateway";
        } else {
            out.write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return port;
        }
        out.write(("HTTP/1.1 " + answer + "\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return 0;
    }

    private int agreeOnSocks(DataInputStream in, OutputStream out) throws IOException {
        expect(VERSION, in.readUnsignedByte());
        byte[] methods = in.readNBytes(in.readUnsignedByte());
        String wanted = credentials;
        int method = wanted == null ? NO_CREDENTIALS : WITH_CREDENTIALS;
        if (new String(methods, StandardCharsets.ISO_8859_1).indexOf(method) < 0) {
            out.write(new byte[] {VERSION, (byte) NO_METHOD});
            return 0;
        }
        out.write(new byte[] {VERSION, (byte) method});
        if (wanted != null) {
            expect(1, in.readUnsignedByte());
            String name = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
            String password = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
            boolean right = wanted.equals(name + ":" + password);
            out.write(new byte[] {1, (byte) (right ? 0 : 1)});
            if (!right) {
                return 0;
            }
        }
        expect(VERSION, in.readUnsignedByte());
        expect(1, in.readUnsignedByte());
        expect(0, in.readUnsignedByte());
        String host = switch (in.readUnsignedByte()) {
            case 1 -> InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
            case 4 -> InetAddress.getByAddress(in.readNBytes(16)).getHostAddress();
            default -> new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
        };
        int port = in.readUnsignedShort();
        targets.add(host + ":" + port);
        int code = host.startsWith("forbidden.") ? 2 : answers(port) ? 0 : 5;
        out.write(new byte[] {VERSION, (byte) code, 0, 1, 0, 0, 0, 0, 0, 0});
        return code == 0 ? port : 0;
    }

    private static boolean answers(int port) {
        try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    private void pass(Socket client, int port) throws IOException {
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            open.add(server);
            server.setTcpNoDelay(true);
            daemon(() -> copy(server, client));
            copy(client, server);
        }
    }

    private static void copy(Socket from, Socket to) throws IOException {
        from.setSoTimeout(0);
        from.getInputStream().transferTo(to.getOutputStream());
        to.shutdownOutput();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the client closed");
            }
            line.append((char) c);
        }
        return line.toString().trim();
    }

    private static void expect(int expected, int actual) throws IOException {
        if (expected != actual) {
            throw new IOException("expected " + expected + " but the client sent " + actual);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        // The system listens on until the thread that waits for a connection has woken up.
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Socket socket : open) {
            socket.close();
        }
    }
}
