package dev.aldis.mqtt.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ConnectResult;
import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ProxyOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.TransportOptions;
import dev.aldis.mqtt.support.ArtemisBroker;
import dev.aldis.mqtt.transport.netty.proxies.TestProxy;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A server that is not what the URI says, or a proxy that refuses, gives a prompt error that says so, and the client goes on
 * as if nothing had happened.
 */
@Timeout(120)
class WrongServersTest {

    /** Less than the connect timeout, and more than a machine stalls. */
    private static final long PROMPT_SECONDS = 45;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static ArtemisBroker broker;

    private final Clients clients = new Clients();
    private Duration connectTimeout = Duration.ofSeconds(60);

    /** What a server does with one connection. */
    private interface Behaviour {
        void serve(Socket socket) throws IOException;
    }

    @BeforeAll
    static void startTheRightServer() {
        broker = ArtemisBroker.startInMemory();
    }

    @AfterAll
    static void stopTheRightServer() {
        broker.close();
    }

    @AfterEach
    void closeClients() {
        clients.close();
    }

    @Test
    void aWebSocketPathThatIsNotThere() throws Exception {
        expect("ws", "404 Not Found", WrongServersTest::answerNotFound);
    }

    @Test
    void aServerWithTlsOnAPortThatShouldBePlain() throws Exception {
        expect("mqtt", "expects TLS", WrongServersTest::speakTls);
    }

    @Test
    void aServerWithTlsOnAWebSocketPortThatShouldBePlain() throws Exception {
        expect("ws", "expects TLS", WrongServersTest::speakTls);
    }

    @Test
    void aPlainServerOnAPortThatShouldHaveTls() throws Exception {
        expect("mqtts", "not TLS", WrongServersTest::answerNotFound);
    }

    @Test
    void aPlainServerOnAWebSocketPortThatShouldHaveTls() throws Exception {
        expect("wss", "not TLS", WrongServersTest::answerNotFound);
    }

    @Test
    void aServerThatAcceptsAndNeverAnswers() throws Exception {
        // In which phase the time ends depends on the load of the machine.
        connectTimeout = Duration.ofSeconds(2);
        for (String scheme : List.of("mqtt", "ws", "mqtts", "wss")) {
            expect(scheme, " within ", WrongServersTest::staySilent);
        }
    }

    @Test
    void aServerThatSpeaksMqttOnAPortThatShouldHaveWebSocket() throws Exception {
        try (ServerSocket closing = serve(socket -> {
            skipRequest(socket);
            socket.shutdownOutput();
        })) {
            expect("ws://127.0.0.1:" + closing.getLocalPort(), "closed the connection", clients());
        }
    }

    /** The proxy is told the password at last, and the same client goes on. */
    @ParameterizedTest
    @CsvSource({"HTTP, mqtt", "SOCKS5, mqtt", "HTTP, ws", "SOCKS5, ws"})
    void aProxyThatDoesNotAcceptThePassword(ProxyOptions.Kind kind, String scheme) throws Exception {
        try (TestProxy proxy = TestProxy.of(kind, "me:other")) {
            Clients.Events events = new Clients.Events();
            MqttClient client = clients.open(clients()
                    .server(scheme + "://127.0.0.1:" + broker.port() + "/mqtt")
                    .transport(
                            TransportOptions.DEFAULT.withProxy(proxy.options().withCredentials("me", "secret")))
                    .listener(events.all::add));
            long beforeNanos = System.nanoTime();
            CompletableFuture<ConnectResult> connecting = client.connect();
            assertLost(events, "user name 'me'", beforeNanos);
            assertFalse(connecting.isDone());
            proxy.want("me:secret");
            assertGoesOn(client, connecting);
        }
    }

    private void expect(String scheme, String inTheMessage, Behaviour behaviour) throws Exception {
        try (ServerSocket wrong = serve(behaviour)) {
            expect(scheme + "://127.0.0.1:" + wrong.getLocalPort() + "/mqtt", inTheMessage, clients());
        }
    }

    /** The first server of the client is the wrong one, the second one is right. */
    private void expect(String wrong, String inTheMessage, MqttClientBuilder builder) throws Exception {
        Clients.Events events = new Clients.Events();
        MqttClient client = clients.open(builder.server(wrong)
                .server("mqtt://127.0.0.1:" + broker.port())
                .listener(events.all::add));
        long beforeNanos = System.nanoTime();
        CompletableFuture<ConnectResult> connecting = client.connect();
        assertLost(events, inTheMessage, beforeNanos);
        assertGoesOn(client, connecting);
    }

    private static void assertLost(Clients.Events events, String inTheMessage, long beforeNanos) throws Exception {
        Throwable cause = events.await(ClientEvent.ConnectionLost.class).cause();
        long tookSeconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - beforeNanos);
        assertInstanceOf(ConnectionException.class, cause);
        assertTrue(String.valueOf(cause.getMessage()).contains(inTheMessage), cause::toString);
        assertTrue(tookSeconds < PROMPT_SECONDS, () -> "took " + tookSeconds + " s: " + cause);
    }

    private static void assertGoesOn(MqttClient client, CompletableFuture<ConnectResult> connecting) throws Exception {
        Clients.get(connecting);
        assertFalse(Clients.get(client.publish("t", QoS.EXACTLY_ONCE, "all is well"))
                .isError());
        assertEquals(1, client.statistics().connections().accepted());
    }

    private MqttClientBuilder clients() {
        return MqttClient.builder()
                .protocolVersion(ProtocolVersion.MQTT_5)
                .clientIdentifier(Clients.identifier())
                .connectTimeout(connectTimeout)
                .reconnect(ReconnectPolicy.DEFAULT
                        .withDelays(Duration.ofMillis(50), Duration.ofMillis(500))
                        .withRetryFirstConnect(true));
    }

    private static ServerSocket serve(Behaviour behaviour) throws IOException {
        ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(
                () -> {
                    while (!server.isClosed()) {
                        try (Socket socket = server.accept()) {
                            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Clients.PATIENCE_SECONDS));
                            behaviour.serve(socket);
                            if (!socket.isClosed()) {
                                // What is left unread would make the end a reset.
                                socket.getInputStream().readAllBytes();
                            }
                        } catch (IOException clientHasGone) {
                            // The next client may come.
                        }
                    }
                },
                "wrong-server");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    private static void staySilent(Socket socket) throws IOException {
        socket.getInputStream().readAllBytes();
    }

    private static void answerNotFound(Socket socket) throws IOException {
        socket.getInputStream().read();
        write(socket, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    }

    /** Without a certificate it gets no further than to its first answer, an alert, which is all that matters here. */
    private static void speakTls(Socket socket) throws IOException {
        try {
            SSLSocket secured = (SSLSocket)
                    SSLContext.getDefault().getSocketFactory().createSocket(socket, null, socket.getPort(), false);
            secured.setUseClientMode(false);
            secured.startHandshake();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException whatTheClientSaysIsNotTls) {
            socket.shutdownOutput();
        }
    }

    private static void skipRequest(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder read = new StringBuilder();
        while (read.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the client closed");
            }
            read.append((char) next);
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
