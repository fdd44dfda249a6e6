package dev.aldis.mqtt.transport.netty;

import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.AUTHORITY;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.CLIENT;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.OTHER_AUTHORITY;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.OTHER_HOST;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.SERVER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Pem;
import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.spi.transport.testkit.RecordingListener;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each option of TLS does what it says, seen from the server. */
class TlsOptionsTest extends TlsFixture {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private Consumer<SSLServerSocket> atTheServer = server -> {};

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void onlyTheVersionsThatAreAllowedAreSpoken(String version) throws Exception {
        options = options.withProtocols(version);
        assertEquals(version, seenByTheServer(socket -> socket.getSession().getProtocol()));
    }

    @Test
    void aServerWithOtherVersionsOnlyIsToldSo() throws Exception {
        options = options.withProtocols("TLSv1.3");
        atTheServer = server -> server.setEnabledProtocols(new String[] {"TLSv1.2"});
        String message = failureWithTheServer();
        assertTrue(message.contains("[TLSv1.3]"), message);
    }

    @Test
    void onlyTheCipherSuitesThatAreAllowedAreOffered() throws Exception {
        // Not the one that would be agreed on anyway.
        options = options.withCipherSuites("TLS_CHACHA20_POLY1305_SHA256");
        assertEquals(
                "TLS_CHACHA20_POLY1305_SHA256",
                seenByTheServer(socket -> socket.getSession().getCipherSuite()));
    }

    @Test
    void aNameThatTheRunTimeDoesNotKnowIsTold() throws Exception {
        options = options.withCipherSuites("TLS_OF_NOBODY");
        String message = failure(newPeer().uri());
        assertTrue(message.contains("cipher suite 'TLS_OF_NOBODY'"), message);
        options = TlsOptions.DEFAULT.withProtocols("TLSv9");
        message = failure(newPeer().uri());
        assertTrue(message.contains("version 'TLSv9'"), message);
    }

    @Test
    void applicationProtocolsAreOffered() throws Exception {
        options = options.withApplicationProtocols("mqtt");
        atTheServer = server -> {
            var parameters = server.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"http/1.1", "mqtt"});
            server.setSSLParameters(parameters);
        };
        assertEquals("mqtt", seenByTheServer(SSLSocket::getApplicationProtocol));
    }

    @Test
    void aServerThatKnowsNoApplicationProtocolsIsTakenAllTheSame() throws Exception {
        options = options.withApplicationProtocols("mqtt");
        assertEquals("", seenByTheServer(SSLSocket::getApplicationProtocol));
    }

    @Test
    void aServerWithOtherApplicationProtocolsOnlyIsToldSo() throws Exception {
        options = options.withApplicationProtocols("mqtt");
        atTheServer = server -> {
            var parameters = server.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            server.setSSLParameters(parameters);
        };
        String message = failureWithTheServer();
        assertTrue(message.contains("application protocols [mqtt]"), message);
    }

    @Test
    void anotherServerNameIsAskedForAndChecked() throws Exception {
        options = options.withServerName("other.example");
        serverCertificate = OTHER_HOST;
        assertEquals(
                List.of(new SNIHostName("other.example")),
                seenByTheServer(socket -> ((ExtendedSSLSession) socket.getSession()).getRequestedServerNames()));
        serverCertificate = SERVER;
        String message = failureWithTheServer();
        assertTrue(message.contains("not for the host 'other.example'"), message);
    }

    @Test
    void theHandshakeHasATimeoutOfItsOwn() throws Exception {
        options = options.withHandshakeTimeout(Duration.ofMillis(300));
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String message = failure(URI.create("mqtts://localhost:" + silent.getLocalPort()));
            assertTrue(message.contains("handshake timeout of 300 ms"), message);
        }
        assertThrows(IllegalArgumentException.class, () -> options.withHandshakeTimeout(Duration.ZERO));
    }

    @Test
    void aClientCertificateComesWithAnEncryptedKey() throws Exception {
        options = options.withClientCertificate(
                Pem.file(certificates.chainPem(CLIENT)),
                Pem.text(certificates.encryptedKeyPem(CLIENT, "PBEWithHmacSHA256AndAES_256", "sesame")),
                "sesame");
        assertTheServerSees(CLIENT);
    }

    @Test
    void aClientCertificateComesFromAKeyStore() throws Exception {
        options = options.withClientKeyStore(certificates.keyStore(CLIENT, "sesame"), "sesame");
        assertTheServerSees(CLIENT);
    }

    @Test
    void aKeyStoreWithAnotherPasswordIsTold() throws Exception {
        options = options.withClientKeyStore(certificates.keyStore(CLIENT, "sesame"), "other");
        String message = failure(newPeer().uri());
        assertTrue(message.contains("key store with the client certificate"), message);
        assertFalse(message.contains("other"), message);
    }

    @Test
    void certificatesThatAProgramRenewsAreTakenForTheNextConnection() throws Exception {
        AtomicReference<String> trusted =
                new AtomicReference<>(Files.readString(certificates.chainPem(OTHER_AUTHORITY)));
        options = TlsOptions.DEFAULT.withTrustedCertificates(Pem.supplied(trusted::get));
        String message = failureWithTheServer();
        assertTrue(message.contains("trusted is the supplied PEM text"), message);
        trusted.set(Files.readString(certificates.chainPem(AUTHORITY)));
        assertTrue(open().listener().wasConnected());
    }

    @Test
    void anEmptyListIsRefusedAtTheCall() {
        assertThrows(IllegalArgumentException.class, options::withProtocols);
        assertThrows(IllegalArgumentException.class, options::withCipherSuites);
        assertThrows(IllegalArgumentException.class, options::withApplicationProtocols);
    }

    private void assertTheServerSees(String name) throws Exception {
        atTheServer = server -> server.setNeedClientAuth(true);
        assertEquals("CN=" + name, seenByTheServer(socket -> {
            try {
                return socket.getSession().getPeerPrincipal().getName();
            } catch (SSLPeerUnverifiedException e) {
                throw new IllegalStateException(e);
            }
        }));
    }

    private <T> T seenByTheServer(Function<SSLSocket, T> seen) throws Exception {
        try (SSLServerSocket server = newServer()) {
            CompletableFuture<T> peer = inBackground(() -> {
                try (SSLSocket socket = (SSLSocket) server.accept()) {
                    socket.startHandshake();
                    return seen.apply(socket);
                }
            });
            RecordingListener listener = newListener();
            connect(URI.create("mqtts://localhost:" + server.getLocalPort()), TIMEOUT, listener);
            T result = peer.get(20, TimeUnit.SECONDS);
            listener.awaitConnected();
            return result;
        }
    }

    private String failureWithTheServer() throws Exception {
        try (SSLServerSocket server = newServer()) {
            CompletableFuture<Void> peer = inBackground(() -> {
                try (SSLSocket socket = (SSLSocket) server.accept()) {
                    socket.startHandshake();
                    socket.getInputStream().read();
                }
                return null;
            });
            String message = failure(URI.create("mqtts://localhost:" + server.getLocalPort()));
            peer.handle((nothing, refused) -> refused).get(20, TimeUnit.SECONDS);
            return message;
        }
    }

    private SSLServerSocket newServer() throws Exception {
        SSLServerSocket server = (SSLServerSocket) certificates
                .serverContext(serverCertificate)
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        atTheServer.accept(server);
        return server;
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
