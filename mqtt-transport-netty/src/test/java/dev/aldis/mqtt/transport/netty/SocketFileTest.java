package dev.aldis.mqtt.transport.netty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.spi.transport.TransportConnection;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import dev.aldis.mqtt.spi.transport.testkit.RecordingListener;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketFileTest extends NettyFixture {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private Path file;
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException {
        // The system allows about a hundred characters only, so the folder is as near to the root as can be.
        file = Files.createTempDirectory("mqtt").resolve("s");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(file));
    }

    @AfterEach
    void stopListening() throws IOException {
        server.close();
        Files.deleteIfExists(file);
        Files.delete(file.getParent());
    }

    @Override
    protected PeerServer startPeer() {
        throw new UnsupportedOperationException("This test has a server of its own");
    }

    @Test
    void bytesGoThereAndBackAndTheEndIsInOrder() throws Exception {
        byte[] sent = randomBytes(5_000_000, 1);
        RecordingListener listener = newListener();
        connect(uri(), TIMEOUT, listener);
        try (SocketChannel peer = server.accept()) {
            TransportConnection connection = listener.awaitConnected();
            CompletableFuture<byte[]> arrived = inBackground(() -> read(peer, sent.length));
            call(listener, () -> connection.write(ByteBuffer.wrap(sent)));
            assertArrayEquals(sent, arrived.get(20, TimeUnit.SECONDS));
            CompletableFuture<Void> writing = inBackground(() -> {
                ByteBuffer bytes = ByteBuffer.wrap(sent);
                while (bytes.hasRemaining()) {
                    peer.write(bytes);
                }
                return null;
            });
            assertArrayEquals(sent, listener.awaitBytes(sent.length));
            writing.get(20, TimeUnit.SECONDS);
            call(listener, connection::close);
            assertEquals(-1, peer.read(ByteBuffer.allocate(1)));
        }
        assertEquals(Optional.empty(), listener.awaitClosed());
    }

    @Test
    void aServerThatClosesEndsTheConnectionWithoutACause() throws Exception {
        RecordingListener listener = newListener();
        connect(uri(), TIMEOUT, listener);
        server.accept().close();
        listener.awaitConnected();
        assertEquals(Optional.empty(), listener.awaitClosed());
    }

    @Test
    void aFileWhereNobodyListensIsNamed() throws Exception {
        server.close();
        assertFails("The connection to " + file + " was refused");
    }

    @Test
    void aFileThatDoesNotExistIsNamed() throws Exception {
        server.close();
        Files.delete(file);
        assertFails("The connection to " + file + " failed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt+unix://host/path", "mqtt+unix:path", "mqtt+unix:relative/path"})
    void aUriWithAHostOrWithoutAnAbsolutePathIsRefused(String uri) {
        assertThrows(IllegalArgumentException.class, () -> SocketFile.of(URI.create(uri)));
    }

    @Test
    void thePathIsThatOfTheUriWithItsEscapesUndone() {
        assertEquals(
                new SocketFile(Path.of("/run/my broker.sock")),
                SocketFile.of(URI.create("mqtt+unix:///run/my%20broker.sock")));
        assertEquals(new SocketFile(Path.of("/run/b")), SocketFile.of(URI.create("mqtt+unix:/run/b")));
    }

    private void assertFails(String inTheMessage) throws Exception {
        RecordingListener listener = newListener();
        connect(uri(), TIMEOUT, listener);
        Throwable cause = listener.awaitClosed().orElseThrow();
        assertInstanceOf(ConnectionException.class, cause);
        assertTrue(String.valueOf(cause.getMessage()).contains(inTheMessage), cause::toString);
        assertTrue(cause.getMessage().contains("socket file"), cause::toString);
    }

    private URI uri() {
        return URI.create("mqtt+unix://" + file);
    }

    private static byte[] read(SocketChannel from, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            assertTrue(from.read(bytes) >= 0, "The client closed too early");
        }
        return bytes.array();
    }
}
