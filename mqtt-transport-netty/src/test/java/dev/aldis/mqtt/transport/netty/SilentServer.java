package dev.aldis.mqtt.transport.netty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A port at which nobody answers: the queue of those who want to connect is full, so the system drops any other. */
final class SilentServer implements AutoCloseable {

    private final ServerSocket listening;
    private final List<Socket> waiting = new ArrayList<>();

    /** Silent when it returns. */
    SilentServer(InetAddress address, int port) throws IOException {
        listening = new ServerSocket(port, 1, address);
        listening.setSoTimeout(20_000);
        try {
            while (true) {
                Socket socket = new Socket();
                waiting.add(socket);
                socket.connect(listening.getLocalSocketAddress(), 100);
            }
        } catch (SocketTimeoutException full) {
            waiting.remove(waiting.size() - 1).close();
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Answers those who waited, and the next one to come. */
    Socket answer() throws IOException {
        for (int i = 0; i < waiting.size(); i++) {
            listening.accept().close();
        }
        return listening.accept();
    }

    /** How many connections to this server the system (Linux) is trying to make. */
    long asking() throws IOException {
        byte[] bytes = listening.getInetAddress().getAddress();
        String remote = String.format(
                Locale.ROOT, "%02X%02X%02X%02X:%04X", bytes[3], bytes[2], bytes[1], bytes[0], listening.getLocalPort());
        String synSent = "02";
        // Java's sockets are those of IPv6, which show the address of IPv4 at the end of theirs.
        return Stream.concat(lines("/proc/self/net/tcp"), lines("/proc/self/net/tcp6"))
                .map(line -> line.trim().split(" +"))
                .filter(fields -> fields[2].endsWith(remote) && fields[3].equals(synSent))
                .count();
    }

    private static Stream<String> lines(String file) throws IOException {
        return Files.readAllLines(Path.of(file)).stream();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : waiting) {
            socket.close();
        }
        listening.close();
    }
}
