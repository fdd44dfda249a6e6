package dev.aldis.mqtt.transport.netty;

import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.AUTHORITY;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.SERVER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.ProxyOptions;
import dev.aldis.mqtt.api.ProxyOptions.Kind;
import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.api.TransportOptions;
import dev.aldis.mqtt.spi.transport.TransportConnection;
import dev.aldis.mqtt.spi.transport.testkit.PeerConnection;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import dev.aldis.mqtt.spi.transport.testkit.RecordingListener;
import dev.aldis.mqtt.spi.transport.testkit.SocketPeerServer;
import dev.aldis.mqtt.transport.netty.certificates.TestCertificates;
import dev.aldis.mqtt.transport.netty.proxies.TestProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both kinds of proxy, with and without credentials, for TCP and TLS, and what is said when they do not play along. */
class ProxyTest extends NettyFixture {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String CREDENTIALS = "miller:sesame";

    private ProxyOptions options = ProxyOptions.DIRECT;
    private TlsOptions tls = TlsOptions.DEFAULT;
    private boolean secured;
    private TestProxy proxy;

    @AfterEach
    void stopTheProxy() throws IOException {
        if (proxy != null) {
            proxy.close();
        }
    }

    @Override
    protected PeerServer startPeer() throws Exception {
        return secured
                ? SocketPeerServer.secured("mqtts", TestCertificates.shared().serverContext(SERVER))
                : SocketPeerServer.plain("mqtt");
    }

    @Override
    protected TransportOptions options() {
        return TransportOptions.DEFAULT.withProxy(options).withTls(tls);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void bytesGoThereAndBackThroughAProxy(Kind kind) throws Exception {
        through(kind, null);
        exchange("localhost");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void bytesGoThereAndBackThroughAProxyThatWantsCredentials(Kind kind) throws Exception {
        through(kind, CREDENTIALS);
        options = options.withCredentials("miller", "sesame");
        exchange("localhost");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void credentialsMayHoldAnyLetter(Kind kind) throws Exception {
        through(kind, "m\u00fcller:\u0441\u0435\u0437\u0430\u043c\u958b");
        options = options.withCredentials("m\u00fcller", "\u0441\u0435\u0437\u0430\u043c\u958b");
        exchange("localhost");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void tlsGoesThroughTheProxyToTheServer(Kind kind) throws Exception {
        through(kind, CREDENTIALS);
        options = options.withCredentials("miller", "sesame");
        secured = true;
        tls = tls.withTrustedCertificates(TestCertificates.shared().chainPem(AUTHORITY));
        exchange("localhost");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void theProxyLooksTheNameUp(Kind kind) throws Exception {
        through(kind, null);
        PeerServer server = exchange("only-the-proxy-knows.invalid");
        assertEquals(List.of("only-the-proxy-knows.invalid:" + server.uri().getPort()), proxy.targets());
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void addressesArePassedOnAsSuch(Kind kind) throws Exception {
        through(kind, null);
        PeerServer server = exchange("127.0.0.1");
        assertEquals(List.of("127.0.0.1:" + server.uri().getPort()), proxy.targets());
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void aWrongPasswordIsToldAtOnceAndIsNotShown(Kind kind) throws Exception {
        through(kind, CREDENTIALS);
        options = options.withCredentials("miller", "wrong-password");
        String message = failure(newPeer().uri());
        assertTrue(message.contains("does not accept the user name 'miller'"), message);
        assertTrue(message.contains("the proxy localhost:" + proxy.port()), message);
        assertFalse(message.contains("wrong-password"), message);
        assertFalse(options.toString().contains("wrong-password"), options.toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void aWrongPasswordIsTheErrorAlsoWhereTlsWouldFollow(Kind kind) throws Exception {
        through(kind, CREDENTIALS);
        options = options.withCredentials("miller", "wrong-password");
        secured = true;
        String message = failure(newPeer().uri());
        assertTrue(message.contains("does not accept the user name 'miller'"), message);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void missingCredentialsAreToldAtOnce(Kind kind) throws Exception {
        through(kind, CREDENTIALS);
        String message = failure(newPeer().uri());
        assertTrue(message.contains("give them with ProxyOptions.withCredentials"), message);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void aConnectionThatTheProxyDoesNotAllowIsToldSo(Kind kind) throws Exception {
        through(kind, null);
        String message = failure(URI.create("mqtt://forbidden.example:1883"));
        assertTrue(message.contains("does not allow this connection"), message);
        assertTrue(message.contains("forbidden.example:1883"), message);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void aServerThatTheProxyDoesNotReachIsToldSo(Kind kind) throws Exception {
        through(kind, null);
        PeerServer gone = startPeer();
        gone.close();
        String message = failure(gone.uri());
        assertTrue(message.contains("could not connect"), message);
        assertTrue(message.contains("localhost:" + gone.uri().getPort()), message);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void aProxyThatIsNotThereIsToldByName(Kind kind) throws Exception {
        through(kind, null);
        proxy.close();
        String message = failure(newPeer().uri());
        assertTrue(message.contains("the proxy localhost:" + proxy.port() + " was refused"), message);
        assertTrue(message.contains("check that the proxy runs"), message);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void aProxyWithAnUnknownNameIsToldByName(Kind kind) throws Exception {
        options = kind == Kind.HTTP
                ? ProxyOptions.http("no-such-proxy.invalid", 1)
                : ProxyOptions.socks5("no-such-proxy.invalid", 1);
        String message = failure(newPeer().uri());
        assertTrue(message.contains("The host of the proxy no-such-proxy.invalid:1 is not known"), message);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void aProxyOfTheOtherKindIsToldSo(Kind kind) throws Exception {
        through(kind == Kind.HTTP ? Kind.SOCKS5 : Kind.HTTP, null);
        options = kind == Kind.HTTP
                ? ProxyOptions.http("localhost", proxy.port())
                : ProxyOptions.socks5("localhost", proxy.port());
        assertEndsInTime(
                listener -> connect(newPeer().uri(), Duration.ofSeconds(1), listener),
                "the proxy localhost:" + proxy.port());
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void aProxyThatAcceptsAndNeverAnswersEndsTheAttemptInTime(Kind kind) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            options = kind == Kind.HTTP
                    ? ProxyOptions.http("localhost", silent.getLocalPort())
                    : ProxyOptions.socks5("localhost", silent.getLocalPort());
            assertEndsInTime(
                    listener -> connect(newPeer().uri(), Duration.ofMillis(500), listener),
                    "500 ms",
                    "waiting for the proxy");
        }
    }

    @Test
    void whatCannotBeSentToAProxyIsRefusedAtTheCall() {
        assertThrows(IllegalArgumentException.class, () -> ProxyOptions.http(" ", 8080));
        assertThrows(IllegalArgumentException.class, () -> ProxyOptions.socks5("proxy", 0));
        assertThrows(IllegalStateException.class, () -> ProxyOptions.DIRECT.withCredentials("a", "b"));
        assertThrows(
                IllegalArgumentException.class,
                () -> ProxyOptions.http("proxy", 1).withCredentials("a:b", "c"));
        assertEquals(
                Optional.of("a:b"),
                ProxyOptions.socks5("proxy", 1).withCredentials("a:b", "c").userName());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 256})
    void aSocksPasswordHasALength(int bytes) {
        ProxyOptions socks = ProxyOptions.socks5("proxy", 1);
        assertThrows(IllegalArgumentException.class, () -> socks.withCredentials("a", "x".repeat(bytes)));
        assertThrows(IllegalArgumentException.class, () -> socks.withCredentials("x".repeat(bytes), "a"));
    }

    private void through(Kind kind, String credentials) throws IOException {
        proxy = TestProxy.of(kind, credentials);
        options = proxy.options();
    }

    private PeerServer exchange(String host) throws Exception {
        PeerServer server = newPeer();
        byte[] sent = randomBytes(1_000_000, 1);
        RecordingListener listener = newListener();
        connect(withTheHost(server.uri(), host), TIMEOUT, listener);
        try (PeerConnection peer = acceptBehindProbe(server)) {
            TransportConnection connection = listener.awaitConnected();
            call(listener, () -> connection.write(ByteBuffer.wrap(sent)));
            assertArrayEquals(sent, peer.read(sent.length));
            peer.write(sent);
            assertArrayEquals(sent, listener.awaitBytes(sent.length));
            call(listener, connection::close);
            assertEquals(0, peer.readToEnd().length);
        }
        assertEquals(Optional.empty(), listener.awaitClosed());
        return server;
    }

    /** The proxy of the test tries first whether the port answers. */
    private static PeerConnection acceptBehindProbe(PeerServer server) throws IOException {
        ((SocketPeerServer) server).acceptRaw().close();
        return server.accept();
    }

    private static URI withTheHost(URI server, String host) {
        return URI.create(server.getScheme() + "://" + host + ":" + server.getPort());
    }

    private String failure(URI server) throws Exception {
        RecordingListener listener = newListener();
        connect(server, TIMEOUT, listener);
        Throwable cause = listener.awaitClosed().orElseThrow();
        assertInstanceOf(ConnectionException.class, cause);
        assertFalse(listener.wasConnected());
        return String.valueOf(cause.getMessage());
    }
}
