package dev.aldis.mqtt.spi.transport.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.spi.transport.TransportAttempt;
import dev.aldis.mqtt.spi.transport.TransportRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What holds until a connection is there, and when none can be made. */
public abstract class ConnectContract extends EventLoopContract {

    private static final String NO_HOSTS = "this transport knows no hosts and ports";

    /** Whether the transport waits for something that the server says before it is connected, as TLS and WebSocket do. */
    protected abstract boolean needsAnAnswerToConnect();

    @Test
    void aConnectionIsToldOfAndIsWritable() throws Exception {
        Link link = open();
        assertTrue(onLoop(link.connection()::isWritable));
        assertFalse(link.listener().wasClosed());
    }

    @Test
    void manyConnectionsShareALoop() throws Exception {
        PeerServer server = newPeer();
        for (int i = 0; i < 10; i++) {
            RecordingListener listener = newListener();
            connect(server.uri(), CONNECT_TIMEOUT, listener);
            try (PeerConnection peer = server.accept()) {
                listener.awaitConnected();
                peer.write(new byte[] {(byte) i});
                assertEquals((byte) i, listener.awaitBytes(1)[0]);
            }
            assertEquals(Optional.empty(), listener.awaitClosed());
        }
    }

    @Test
    void aPortWhereNobodyListensIsToldByName() throws Exception {
        URI like;
        try (PeerServer peer = startPeer()) {
            like = peer.uri();
        }
        // A port that is bound is given to nobody else, and nobody listens at it.
        try (Socket bound = new Socket()) {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            URI server = usesHostsAndPorts() ? withPort(like, bound.getLocalPort()) : like;
            RecordingListener listener = newListener();
            connect(server, CONNECT_TIMEOUT, listener);
            assertFailedToConnect(listener, nameOf(server));
        }
    }

    @Test
    void anUnknownHostIsToldByName() throws Exception {
        assumeTrue(usesHostsAndPorts(), NO_HOSTS);
        RecordingListener listener = newListener();
        // RFC 6761 reserves this domain for names that do not exist.
        connect(withHost(newPeer().uri(), "no-such-host.invalid"), Duration.ofSeconds(5), listener);
        assertFailedToConnect(listener, "no-such-host.invalid");
    }

    @Test
    void aServerThatAcceptsAndSaysNothingIsGivenUpInTimeIfAnAnswerIsNeeded() throws Exception {
        assumeTrue(usesHostsAndPorts(), NO_HOSTS);
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI like = newPeer().uri();
            URI server = withPort(like, silent.getLocalPort());
            RecordingListener listener = newListener();
            long beforeNanos = System.nanoTime();
            Duration timeout = needsAnAnswerToConnect() ? Duration.ofMillis(700) : CONNECT_TIMEOUT;
            TransportAttempt attempt = connect(server, timeout, listener);
            if (needsAnAnswerToConnect()) {
                assertFailedToConnect(listener, "700 ms");
                assertTrue(System.nanoTime() - beforeNanos >= 700_000_000L);
            } else {
                listener.awaitConnected();
                call(listener, attempt::cancel);
                assertEquals(Optional.empty(), listener.awaitClosed());
            }
        }
    }

    @Test
    void aServerThatClosesAtOnceIsToldEitherWay() throws Exception {
        assumeTrue(usesHostsAndPorts(), NO_HOSTS);
        try (ServerSocket closing = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI like = newPeer().uri();
            URI server = withPort(like, closing.getLocalPort());
            RecordingListener listener = newListener();
            connect(server, CONNECT_TIMEOUT, listener);
            closing.accept().close();
            Optional<Throwable> cause = listener.awaitClosed();
            assertEquals(needsAnAnswerToConnect(), !listener.wasConnected());
            assertEquals(needsAnAnswerToConnect(), cause.isPresent());
        }
    }

    @Test
    void anAttemptThatIsGivenUpAtOnceEndsWithoutACause() throws Exception {
        RecordingListener listener = newListener();
        TransportRequest request = new TransportRequest(newPeer().uri(), options(), CONNECT_TIMEOUT);
        onLoop(() -> {
            listener.duringCall(() -> {
                TransportAttempt attempt = provider().connect(request, loop(), listener);
                attempt.cancel();
                attempt.cancel();
            });
            return null;
        });
        assertEquals(Optional.empty(), listener.awaitClosed());
        assertFalse(listener.wasConnected());
    }

    @Test
    void anAttemptThatIsGivenUpInTheHandshakeEndsWithoutACause() throws Exception {
        assumeTrue(usesHostsAndPorts(), NO_HOSTS);
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI like = newPeer().uri();
            URI server = withPort(like, silent.getLocalPort());
            RecordingListener listener = newListener();
            TransportAttempt attempt = connect(server, CONNECT_TIMEOUT, listener);
            silent.accept();
            call(listener, attempt::cancel);
            assertEquals(Optional.empty(), listener.awaitClosed());
        }
    }

    @Test
    void cancelClosesAConnectionThatIsThere() throws Exception {
        PeerServer server = newPeer();
        RecordingListener listener = newListener();
        TransportAttempt attempt = connect(server.uri(), CONNECT_TIMEOUT, listener);
        try (PeerConnection peer = server.accept()) {
            listener.awaitConnected();
            call(listener, attempt::cancel);
            assertEquals(0, peer.readToEnd().length);
        }
        assertEquals(Optional.empty(), listener.awaitClosed());
        call(listener, attempt::cancel);
    }

    @Test
    void anotherSchemeIsRefusedAtTheCall() {
        TransportRequest request =
                new TransportRequest(URI.create("no-such-scheme://localhost:1"), options(), CONNECT_TIMEOUT);
        assertThrows(
                IllegalArgumentException.class,
                () -> provider().connect(request, loop(), new RecordingListener(loop())));
    }

    @Test
    void aHostIsAskedForAgainAtTheNextAttempt() throws Exception {
        for (int i = 0; i < 3; i++) {
            Link link = open();
            link.peer().close();
            assertEquals(Optional.empty(), link.listener().awaitClosed());
        }
    }

    /** The attempt failed with an exception of the API whose message says so much. */
    protected static void assertFailedToConnect(RecordingListener listener, String inTheMessage) throws Exception {
        Throwable cause = listener.awaitClosed().orElseThrow();
        assertInstanceOf(ConnectionException.class, cause);
        assertTrue(String.valueOf(cause.getMessage()).contains(inTheMessage), cause::toString);
        assertFalse(listener.wasConnected());
    }

    /** The same URI with another host. */
    protected static URI withHost(URI server, String host) throws Exception {
        return new URI(server.getScheme(), null, host, server.getPort(), server.getPath(), null, null);
    }

    private static URI withPort(URI server, int port) throws Exception {
        return new URI(server.getScheme(), null, server.getHost(), port, server.getPath(), null, null);
    }
}
