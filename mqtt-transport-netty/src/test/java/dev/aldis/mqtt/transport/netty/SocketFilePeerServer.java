package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.spi.transport.testkit.PeerConnection;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A peer that listens on a Unix domain socket. */
final class SocketFilePeerServer implements PeerServer {

    private static final int PATIENCE_MILLIS = 20_000;

    private final Path file;
    private final ServerSocketChannel server;

    SocketFilePeerServer() throws IOException {
        // The system allows about a hundred characters only, so the folder is as near to the root as can be.
        file = Files.createTempDirectory("mqtt").resolve("s");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(file));
        server.configureBlocking(false);
    }

    @Override
    public URI uri() {
        return URI.create("mqtt+unix:" + file);
    }

    @Override
    public PeerConnection accept() throws IOException {
        SocketChannel accepted = server.accept();
        while (accepted == null) {
            await(server, SelectionKey.OP_ACCEPT);
            accepted = server.accept();
        }
        accepted.configureBlocking(false);
        return new SocketFilePeerConnection(accepted);
    }

    private static void await(SelectableChannel channel, int operation) throws IOException {
        try (Selector selector = Selector.open()) {
            channel.register(selector, operation);
            if (selector.select(PATIENCE_MILLIS) == 0) {
                throw new SocketTimeoutException("Nothing moved within " + PATIENCE_MILLIS + " ms");
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(file);
        Files.deleteIfExists(file.getParent());
    }

    private record SocketFilePeerConnection(SocketChannel channel) implements PeerConnection {

        private static final int PORTION = 64 << 10;

        @Override
        public void write(byte[] bytes) throws IOException {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                if (channel.write(rest) == 0) {
                    await(channel, SelectionKey.OP_WRITE);
                }
            }
        }

        @Override
        public byte[] read(int count) throws IOException {
            ByteBuffer all = ByteBuffer.allocate(count);
            while (all.hasRemaining() && readSome(all) >= 0) {
                // As much as the client sends.
            }
            return Arrays.copyOf(all.array(), all.position());
        }

        @Override
        public byte[] readToEnd() throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            ByteBuffer portion = ByteBuffer.allocate(PORTION);
            while (readSome(portion) >= 0) {
                all.write(portion.array(), 0, portion.position());
                portion.clear();
            }
            return all.toByteArray();
        }

        private int readSome(ByteBuffer into) throws IOException {
            int count = channel.read(into);
            while (count == 0) {
                await(channel, SelectionKey.OP_READ);
                count = channel.read(into);
            }
            return count;
        }

        @Override
        public void shutDownOutput() throws IOException {
            channel.shutdownOutput();
        }

        /** The system makes a reset of a close that leaves something unread, and of nothing else. */
        @Override
        public void reset() throws IOException {
            channel.close();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
