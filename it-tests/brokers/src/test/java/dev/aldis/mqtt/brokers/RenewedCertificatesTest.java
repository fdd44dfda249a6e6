package dev.aldis.mqtt.brokers;

import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.AUTHORITY;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.CLIENT;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.RSA_CLIENT;
import static dev.aldis.mqtt.transport.netty.certificates.TestCertificates.SERVER;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.transport.netty.certificates.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that runs for longer than its certificate is valid. */
@Timeout(120)
class RenewedCertificatesTest {

    /** Success, no properties. */
    private static final byte[] CONNACK = {0x20, 3, 0, 0, 0};

    private final Clients clients = new Clients();
    private final BlockingQueue<String> shown = new LinkedBlockingQueue<>();
    private final Semaphore ends = new Semaphore(0);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    Path folder;

    @AfterEach
    void closeClients() {
        clients.close();
    }

    @Test
    void theNextConnectionOfTheSameClientShowsTheNewCertificate() throws Exception {
        TestCertificates certificates = TestCertificates.shared();
        Path certificate = folder.resolve("client.pem");
        Path key = folder.resolve("client-key.pem");
        try (SSLServerSocket server = (SSLServerSocket) certificates
                .serverContext(SERVER)
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setNeedClientAuth(true);
            serve(server);
            replace(certificates, CLIENT, certificate, key);
            Clients.Events events = new Clients.Events();
            clients.connect(Clients.builder("mqtts://localhost:" + server.getLocalPort(), ProtocolVersion.MQTT_5)
                    .tls(TlsOptions.DEFAULT
                            .withTrustedCertificates(certificates.chainPem(AUTHORITY))
                            .withClientCertificate(certificate, key))
                    .listener(events.all::add));
            events.await(ClientEvent.Connected.class);
            assertEquals("CN=" + CLIENT, shown.poll(Clients.PATIENCE_SECONDS, TimeUnit.SECONDS));
            replace(certificates, RSA_CLIENT, certificate, key);
            ends.release();
            events.await(ClientEvent.Connected.class);
            assertEquals("CN=" + RSA_CLIENT, shown.poll(Clients.PATIENCE_SECONDS, TimeUnit.SECONDS));
            ends.release();
        }
    }

    private static void replace(TestCertificates certificates, String name, Path certificate, Path key)
            throws Exception {
        Files.copy(certificates.chainPem(name), certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(certificates.keyPem(name), key, StandardCopyOption.REPLACE_EXISTING);
    }

    private void serve(SSLServerSocket server) {
        Thread thread = new Thread(
                () -> {
                    while (!server.isClosed()) {
                        try (SSLSocket socket = (SSLSocket) server.accept()) {
                            socket.startHandshake();
                            shown.add(socket.getSession().getPeerPrincipal().getName());
                            if (socket.getInputStream().read(new byte[1_000]) > 0) {
                                socket.getOutputStream().write(CONNACK);
                                ends.acquire();
                            }
                        } catch (SocketException closed) {
                            // The client has gone, or the test is over.
                        } catch (IOException | InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                },
                "renewing-server");
        thread.setDaemon(true);
        thread.start();
    }
}
