package dev.aldis.mqtt.transport.websocket;

import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.AUTHORITY;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.SERVER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.ProxyOptions;
import dev.aldis.mqtt.api.ProxyOptions.Kind;
import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.api.TransportOptions;
import dev.aldis.mqtt.spi.transport.TransportConnection;
import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import dev.aldis.mqtt.spi.transport.testkit.RecordingListener;
import dev.aldis.mqtt.spi.transport.testkit.TransportFixture;
import dev.aldis.mqtt.transport.netty.certificates.TestCertificates;
import dev.aldis.mqtt.transport.netty.proxies.TestProxy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** WebSocket, secured or not, through proxies of both kinds: the proxy sees a connection, and nothing of the handshake. */
class WebSocketProxyTest extends TransportFixture {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String CREDENTIALS = "miller:sesame";

    private TransportOptions options = TransportOptions.DEFAULT;
    private boolean secured;
    private Optional<TestProxy> proxy = Optional.empty();

    @Override
    protected TransportProvider provider() {
        return new WebSocketTransportProvider();
    }

    @Override
    protected PeerServer startPeer() throws Exception {
        // The proxy of the test tries first whether the port answers.
        return new WebSocketPeerServer(secured ? TestCertificates.shared().serverContext(SERVER) : null).behindProbe();
    }

    @Override
    protected TransportOptions options() {
        return options;
    }

    @AfterEach
    void stopTheProxy() throws IOException {
        if (proxy.isPresent()) {
            proxy.get().close();
        }
    }

    static Stream<Arguments> kindsAndSchemes() {
        return Stream.of(Kind.HTTP, Kind.SOCKS5)
                .flatMap(kind -> Stream.of("ws", "wss").map(scheme -> Arguments.of(kind, scheme)));
    }

    @ParameterizedTest
    @MethodSource("kindsAndSchemes")
    void bytesGoThereAndBackThroughAProxy(Kind kind, String scheme) throws Exception {
        through(kind, scheme, null, null);
        exchange();
    }

    @ParameterizedTest
    @MethodSource("kindsAndSchemes")
    void bytesGoThereAndBackThroughAProxyThatWantsCredentials(Kind kind, String scheme) throws Exception {
        through(kind, scheme, CREDENTIALS, "sesame");
        exchange();
    }

    @ParameterizedTest
    @MethodSource("kindsAndSchemes")
    void aWrongPasswordIsToldAtOnceAndIsNotShown(Kind kind, String scheme) throws Exception {
        through(kind, scheme, CREDENTIALS, "wrong-password");
        RecordingListener listener = newListener();
        connect(newPeer().uri(), TIMEOUT, listener);
        Throwable cause = listener.awaitClosed().orElseThrow();
        assertInstanceOf(ConnectionException.class, cause);
        String message = String.valueOf(cause.getMessage());
        assertTrue(message.contains("does not accept the user name 'miller'"), message);
        assertFalse(message.contains("wrong-password"), message);
        assertFalse(listener.wasConnected());
    }

    private void through(Kind kind, String scheme, String credentials, String password) throws Exception {
        TestProxy started = TestProxy.of(kind, credentials);
        proxy = Optional.of(started);
        ProxyOptions way = started.options();
        secured = scheme.equals("wss");
        options = options.withProxy(password == null ? way : way.withCredentials("miller", password))
                .withTls(TlsOptions.DEFAULT.withTrustedCertificates(
                        TestCertificates.shared().chainPem(AUTHORITY)));
    }

    private void exchange() throws Exception {
        WebSocketPeerServer server = (WebSocketPeerServer) newPeer();
        byte[] sent = randomBytes(300_000, 1);
        RecordingListener listener = newListener();
        connect(server.uri(), TIMEOUT, listener);
        try (WebSocketPeerConnection peer = server.accept()) {
            TransportConnection connection = listener.awaitConnected();
            call(listener, () -> connection.write(ByteBuffer.wrap(sent)));
            assertArrayEquals(sent, peer.read(sent.length));
            peer.write(sent);
            assertArrayEquals(sent, listener.awaitBytes(sent.length));
            call(listener, connection::close);
            assertEquals(0, peer.readToEnd().length);
        }
        assertEquals(Optional.empty(), listener.awaitClosed());
        String target = "localhost:" + server.uri().getPort();
        assertEquals(List.of(target), proxy.orElseThrow().targets());
        assertEquals("GET /mqtt HTTP/1.1", server.requestLine());
        assertEquals(target, server.requestHeaders().get("host"));
        // What the proxy is told is not for the server.
        assertFalse(server.requestHeaders().containsKey("proxy-authorization"));
    }
}
