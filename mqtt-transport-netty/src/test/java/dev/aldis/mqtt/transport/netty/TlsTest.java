package dev.aldis.mqtt.transport.netty;

import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.AUTHORITY;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.CLIENT;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.CLIENT_OF_OTHER;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.EDDSA_CLIENT;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.EXPIRED;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.NOT_YET_VALID;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.OTHER_AUTHORITY;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.OTHER_HOST;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.RSA_CLIENT;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.SERVER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.spi.transport.testkit.PeerServer;
import dev.aldis.mqtt.spi.transport.testkit.RecordingListener;
import dev.aldis.mqtt.transport.netty.certificates.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which servers are trusted, who we say that we are, and what is said when it goes wrong. */
class TlsTest extends TlsFixture {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Test
    void anAuthorityInAPemFileIsTrusted() throws Exception {
        assertTrue(open().listener().wasConnected());
    }

    @Test
    void anAuthorityInAKeyStoreIsTrusted() throws Exception {
        options = TlsOptions.DEFAULT.withTrustStore(certificates.trustStore(AUTHORITY));
        assertTrue(open().listener().wasConnected());
    }

    @Test
    void byDefaultTheAuthoritiesOfTheJavaRunTimeAreTrustedOnly() throws Exception {
        options = TlsOptions.DEFAULT;
        assertRefused("not from a trusted authority", "trust store of the Java run-time");
    }

    @Test
    void aServerOfAnotherAuthorityIsRefusedAndTheFileIsNamed() throws Exception {
        options = TlsOptions.DEFAULT.withTrustedCertificates(certificates.chainPem(OTHER_AUTHORITY));
        assertRefused("not from a trusted authority", OTHER_AUTHORITY + "-chain.pem");
    }

    @Test
    void aServerOfAnotherAuthorityThanThatOfTheKeyStoreIsRefused() throws Exception {
        options = TlsOptions.DEFAULT.withTrustStore(certificates.trustStore(OTHER_AUTHORITY));
        assertRefused("not from a trusted authority", "key store");
    }

    @Test
    void aCertificateForAnotherHostIsRefused() throws Exception {
        serverCertificate = OTHER_HOST;
        assertRefused("not for the host 'localhost'");
    }

    @Test
    void aCertificateForAnotherHostIsTakenIfTheNameIsNotChecked() throws Exception {
        serverCertificate = OTHER_HOST;
        options = options.withoutHostNameVerification();
        assertTrue(open().listener().wasConnected());
    }

    @Test
    void theAuthorityIsCheckedAlsoIfTheNameIsNot() throws Exception {
        options = TlsOptions.DEFAULT.withoutHostNameVerification();
        assertRefused("not from a trusted authority");
    }

    @Test
    void anAddressIsCheckedAgainstTheAddressesOfTheCertificate() throws Exception {
        assertEquals("connected", outcomeAt("127.0.0.1"));
        serverCertificate = OTHER_HOST;
        String refusal = outcomeAt("127.0.0.1");
        assertTrue(refusal.contains("not for the host '127.0.0.1'"), refusal);
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        serverCertificate = EXPIRED;
        assertRefused("has expired", "clock");
    }

    @Test
    void aCertificateThatIsNotYetValidIsRefused() throws Exception {
        serverCertificate = NOT_YET_VALID;
        assertRefused("not valid yet", "clock");
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.2, " + CLIENT,
        "TLSv1.3, " + CLIENT,
        "TLSv1.2, " + RSA_CLIENT,
        "TLSv1.3, " + RSA_CLIENT,
        "TLSv1.3, " + EDDSA_CLIENT
    })
    void aClientCertificateIsShownToAServerThatWantsOne(String protocol, String name) throws Exception {
        options = options.withClientCertificate(certificates.chainPem(name), certificates.keyPem(name));
        try (SSLServerSocket server = serverThatWantsACertificate(protocol)) {
            CompletableFuture<String> peer = inBackground(() -> {
                try (SSLSocket socket = (SSLSocket) server.accept()) {
                    socket.startHandshake();
                    return socket.getSession().getProtocol() + " "
                            + socket.getSession().getPeerPrincipal().getName();
                }
            });
            RecordingListener listener = newListener();
            connect(uri("localhost", server), TIMEOUT, listener);
            assertEquals(protocol + " CN=" + name, peer.get(20, TimeUnit.SECONDS));
            listener.awaitConnected();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aServerThatWantsACertificateAndGetsNoneIsTheCause(String protocol) throws Exception {
        String refusal = refusalOfTheClient(protocol);
        assertTrue(refusal.contains("probably requires a client certificate"), refusal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aServerThatDoesNotTrustTheClientsAuthorityIsTheCause(String protocol) throws Exception {
        options = options.withClientCertificate(
                certificates.chainPem(CLIENT_OF_OTHER), certificates.keyPem(CLIENT_OF_OTHER));
        String refusal = refusalOfTheClient(protocol);
        assertTrue(refusal.contains("does not accept the client certificate"), refusal);
    }

    @Test
    void theServerIsToldTheNameAlsoIfItHasNoDot() throws Exception {
        try (SSLServerSocket server = (SSLServerSocket)
                certificates.serverContext(SERVER).getServerSocketFactory().createServerSocket(0, 1, loopback())) {
            CompletableFuture<Object> asked = inBackground(() -> {
                try (SSLSocket socket = (SSLSocket) server.accept()) {
                    socket.startHandshake();
                    return ((ExtendedSSLSession) socket.getSession()).getRequestedServerNames();
                }
            });
            RecordingListener listener = newListener();
            connect(uri("localhost", server), TIMEOUT, listener);
            assertEquals(List.of(new SNIHostName("localhost")), asked.get(20, TimeUnit.SECONDS));
            listener.awaitConnected();
        }
    }

    @Test
    void filesAreReadAgainAtEachAttempt() throws Exception {
        Path file = Files.createTempFile("authority", ".pem");
        Files.delete(file);
        options = TlsOptions.DEFAULT.withTrustedCertificates(file);
        assertRefused(file + " for the trusted certificates does not exist");
        Files.copy(certificates.chainPem(OTHER_AUTHORITY), file);
        assertRefused("not from a trusted authority");
        Files.writeString(file, Files.readString(certificates.chainPem(AUTHORITY)));
        assertTrue(open().listener().wasConnected());
        Files.delete(file);
    }

    @Test
    void aKeyStoreThatCannotBeUsedIsTheCause() throws Exception {
        options = TlsOptions.DEFAULT.withTrustStore(TestCertificates.emptyStore());
        assertRefused("The trust store is empty");
        options = TlsOptions.DEFAULT.withTrustStore(KeyStore.getInstance("PKCS12"));
        assertRefused("The trust store cannot be used", "loaded");
    }

    @Test
    void aKeyThatDoesNotBelongToTheCertificateIsTheCause() throws Exception {
        options = options.withClientCertificate(certificates.chainPem(CLIENT), certificates.keyPem(SERVER));
        assertRefused(SERVER + "-key.pem does not belong to the first certificate in");
        options = options.withClientCertificate(certificates.chainPem(CLIENT), certificates.keyPem(RSA_CLIENT));
        assertRefused(RSA_CLIENT + "-key.pem does not belong to the first certificate in");
    }

    @Test
    void aServerThatAnswersSomethingElseThanTlsIsToldSo() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, loopback())) {
            CompletableFuture<Void> peer = inBackground(() -> {
                try (Socket socket = server.accept()) {
                    socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                    socket.getInputStream().readAllBytes();
                }
                return null;
            });
            assertRefused(uri("localhost", server), "something that is not TLS", "8883");
            peer.handle((nothing, reset) -> reset).get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aServerThatClosesInTheHandshakeIsToldSo() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, loopback())) {
            CompletableFuture<Void> peer = inBackground(() -> {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().read();
                    // What is left unread would make this a reset.
                    socket.getInputStream().skipNBytes(socket.getInputStream().available());
                }
                return null;
            });
            assertRefused(uri("localhost", server), "closed the connection while doing the TLS handshake", "TLS port");
            peer.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aServerWithTlsThatIsSpokenToWithoutIsToldSo() throws Exception {
        PeerServer server = newPeer();
        CompletableFuture<Object> peer = inBackground(server::accept);
        RecordingListener listener = newListener();
        URI plain = URI.create("mqtt://localhost:" + server.uri().getPort());
        connect(plain, TIMEOUT, listener.onConnected(connection -> connection.write(connectPacket())));
        Throwable cause = listener.awaitClosed().orElseThrow();
        assertTrue(String.valueOf(cause.getMessage()).contains("expects TLS"), cause::toString);
        assertEquals(0, listener.receivedCount());
        peer.handle((nothing, failure) -> failure).get(20, TimeUnit.SECONDS);
    }

    @Test
    void aPeerThatClosesWithoutCloseNotifyHasClosedInOrder() throws Exception {
        try (ServerSocket raw = new ServerSocket(0, 1, loopback())) {
            RecordingListener listener = newListener();
            CompletableFuture<Void> peer = inBackground(() -> {
                Socket below = raw.accept();
                SSLSocket socket = (SSLSocket) certificates
                        .serverContext(SERVER)
                        .getSocketFactory()
                        .createSocket(below, null, below.getPort(), true);
                socket.setUseClientMode(false);
                socket.startHandshake();
                listener.awaitConnected();
                below.shutdownOutput();
                return null;
            });
            connect(uri("localhost", raw), TIMEOUT, listener);
            peer.get(20, TimeUnit.SECONDS);
            assertEquals(Optional.empty(), listener.awaitClosed());
        }
    }

    private String refusalOfTheClient(String protocol) throws Exception {
        try (SSLServerSocket server = serverThatWantsACertificate(protocol)) {
            CompletableFuture<Void> peer = inBackground(() -> {
                try (SSLSocket socket = (SSLSocket) server.accept()) {
                    socket.startHandshake();
                }
                return null;
            });
            RecordingListener listener = newListener();
            connect(uri("localhost", server), TIMEOUT, listener);
            Throwable cause = listener.awaitClosed().orElseThrow();
            assertInstanceOf(ConnectionException.class, cause);
            // With TLS 1.3 the server refuses the client only when the handshake is over for the client.
            assertEquals(protocol.equals("TLSv1.2"), !listener.wasConnected());
            assertInstanceOf(
                    IOException.class,
                    assertThrows(ExecutionException.class, () -> peer.get(20, TimeUnit.SECONDS))
                            .getCause());
            return String.valueOf(cause.getMessage());
        }
    }

    private SSLServerSocket serverThatWantsACertificate(String protocol) throws Exception {
        SSLServerSocket server = (SSLServerSocket)
                certificates.serverContext(SERVER).getServerSocketFactory().createServerSocket(0, 1, loopback());
        server.setNeedClientAuth(true);
        server.setEnabledProtocols(new String[] {protocol});
        return server;
    }

    private void assertRefused(String... inTheMessage) throws Exception {
        PeerServer server = newPeer();
        CompletableFuture<Object> peer = inBackground(server::accept);
        assertRefused(server.uri(), inTheMessage);
        server.close();
        peer.handle((nothing, failure) -> failure).get(20, TimeUnit.SECONDS);
    }

    private void assertRefused(URI server, String... inTheMessage) throws Exception {
        RecordingListener listener = newListener();
        connect(server, TIMEOUT, listener);
        Throwable cause = listener.awaitClosed().orElseThrow();
        assertInstanceOf(ConnectionException.class, cause);
        for (String part : inTheMessage) {
            assertTrue(String.valueOf(cause.getMessage()).contains(part), cause::toString);
        }
        assertFalse(listener.wasConnected());
    }

    private String outcomeAt(String host) throws Exception {
        PeerServer server = newPeer();
        CompletableFuture<Object> peer = inBackground(server::accept);
        RecordingListener listener = newListener();
        connect(URI.create("mqtts://" + host + ":" + server.uri().getPort()), TIMEOUT, listener);
        peer.handle((nothing, failure) -> failure).get(20, TimeUnit.SECONDS);
        if (listener.wasConnected()) {
            return "connected";
        }
        return String.valueOf(listener.awaitClosed().orElseThrow().getMessage());
    }

    private static URI uri(String host, ServerSocket server) {
        return URI.create("mqtts://" + host + ":" + server.getLocalPort());
    }

    private static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }

    /** The beginning of an MQTT connection; anything that is no TLS record would do. */
    private static ByteBuffer connectPacket() {
        return ByteBuffer.wrap(new byte[] {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 1, 'x'});
    }
}
