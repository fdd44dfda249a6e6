package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ConnectAttempt;
import dev.aldis.mqtt.api.ConnectOptions;
import dev.aldis.mqtt.api.Credentials;
import dev.aldis.mqtt.api.EncryptionKeys;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ObservationOptions;
import dev.aldis.mqtt.api.PacketTrace;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.Pem;
import dev.aldis.mqtt.api.PersistenceOptions;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ProxyOptions;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.api.TransportOptions;
import dev.aldis.mqtt.api.WebSocketOptions;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.spi.transport.TransportRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.crypto.spec.SecretKeySpec;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a client writes or tells by itself: no password, key, or datum of an authentication stands in it. */
class SecretsTest extends PeerTest {

    /** Stands in each of the secrets. */
    private static final String SECRET = "sesame";

    /** As a proxy is told it, behind the user name. */
    private static final String PROXY_SECRET =
            Base64.getEncoder().encodeToString(("me:" + SECRET).getBytes(StandardCharsets.UTF_8));

    private static final List<String> EVENTS = List.of(
            "dev.aldis.mqtt.Connect",
            "dev.aldis.mqtt.StoreCommit",
            "dev.aldis.mqtt.SlowHandler",
            "dev.aldis.mqtt.Publish");

    private final StringWriter written = new StringWriter();
    private final PrintWriter writer = new PrintWriter(written);
    private final Logger logger = Logger.getLogger("dev.aldis.mqtt");
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord logged) {
            writer.println(logged.getMessage()
                    + List.of(logged.getParameters() == null ? new Object[0] : logged.getParameters()));
            tell(logged.getThrown());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listenToTheLog() {
        logger.addHandler(handler);
        logger.setLevel(Level.ALL);
    }

    @AfterEach
    void listenNoMore() {
        logger.removeHandler(handler);
        logger.setLevel(null);
    }

    @Test
    void noneStandsInARecordingOrTheLogOrAnEventOrAnError(@TempDir Path folder) throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            EVENTS.forEach(name -> recording.enable(name).withoutThreshold());
            recording.start();
            tell(refusedAfterAuthentication(peer));
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> recorded = RecordingFile.readAllEvents(file);
        recorded.forEach(writer::println);
        String all = written.toString();
        // All was there to be seen: the packets in the log, the recording, the event, the error.
        for (String part : List.of(
                "password hidden", "data hidden", "dev.aldis.mqtt.Connect {", "Connecting[", "Stopped[", "\tat ")) {
            assertTrue(all.contains(part), () -> part + " is missing in " + all);
        }
        assertEquals(
                List.of(), all.lines().filter(line -> line.contains(SECRET)).toList());
        assertFalse(Files.readString(file, StandardCharsets.ISO_8859_1).contains(SECRET));
    }

    /** What the connection attempt ends with, all of which is told to {@link #writer} as well. */
    private Throwable refusedAfterAuthentication(ScriptedPeer peer) throws Exception {
        byte[] key = SECRET.repeat(3).substring(0, 16).getBytes(StandardCharsets.UTF_8);
        Steps steps = new Steps();
        steps.first = Optional.of(Payload.of(SECRET));
        steps.next = CompletableFuture.completedFuture(steps.first);
        CompletableFuture<ClientEvent> stopped = new CompletableFuture<>();
        MqttClient client = client(MqttClient.builder()
                .server(peer.uri() + "/path?token=" + SECRET)
                .clientIdentifier("secretive")
                .credentials(Credentials.of("me", Payload.of(SECRET)))
                .enhancedAuthentication(steps)
                .persistence(
                        PersistenceOptions.MEMORY.withEncryption(EncryptionKeys.of("k", new SecretKeySpec(key, "AES"))))
                .will(Will.of(Message.of("will", QoS.AT_LEAST_ONCE, SECRET)))
                .observation(ObservationOptions.NONE.withPacketTrace(PacketTrace.toLog()))
                .reconnect(ReconnectPolicy.NEVER)
                .listener(event -> {
                    writer.println(event);
                    if (event instanceof ClientEvent.Stopped) {
                        stopped.complete(event);
                    }
                }));
        Publication publication = client.publish("queued", QoS.AT_LEAST_ONCE, SECRET);
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.next();
        Connect connect = connection.expect(Connect.class);
        assertEquals(SECRET, connect.credentials().password().orElseThrow().text());
        writer.println(connect);
        connection.send(Steps.auth(ReasonCode.CONTINUE_AUTHENTICATION, SECRET));
        writer.println(connection.expect(Auth.class));
        assertEquals(Optional.of(Payload.of(SECRET)), steps.asked);
        connection.send(new ConnAck(false, ReasonCode.BAD_USER_NAME_OR_PASSWORD, ConnAckProperties.NONE));
        Throwable failure = connected.handle((result, error) -> error).get(60, TimeUnit.SECONDS);
        get(stopped);
        publication.cancel(false);
        client.close();
        return failure;
    }

    /** A key that cannot be read, a proxy and a server that refuse: each is told with as much as helps, and no more. */
    @Test
    void noneStandsInWhatIsToldOfALinkThatFails(@TempDir Path folder) throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        String port = "127.0.0.1:" + peer.port();
        Pem key = Pem.text(
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + SECRET + "\n-----END ENCRYPTED PRIVATE KEY-----\n");
        TransportOptions header =
                TransportOptions.DEFAULT.withWebSocket(WebSocketOptions.DEFAULT.withHeader("Authorization", SECRET));
        Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            EVENTS.forEach(name -> recording.enable(name).withoutThreshold());
            recording.start();
            tell(failure(
                    "mqtts://" + port,
                    TransportOptions.DEFAULT.withTls(TlsOptions.DEFAULT.withClientCertificate(key, key, SECRET)),
                    () -> {}));
            tell(failure("ws://" + port, header, () -> refuse(peer, "401 Unauthorized", "Authorization: " + SECRET)));
            tell(failure(
                    "ws://server.invalid",
                    header.withProxy(ProxyOptions.http("127.0.0.1", peer.port()).withCredentials("me", SECRET)),
                    () -> refuse(peer, "407 Proxy Authentication Required", "Basic " + PROXY_SECRET)));
            recording.stop();
            recording.dump(file);
        }
        RecordingFile.readAllEvents(file).forEach(writer::println);
        String all = written.toString();
        for (String part : List.of("dev.aldis.mqtt.Connect {", "Connecting[", "401 Unauthorized", "user name 'me'")) {
            assertTrue(all.contains(part), () -> part + " is missing in " + all);
        }
        assertEquals(
                List.of(),
                all.lines()
                        .filter(line -> line.contains(SECRET) || line.contains(PROXY_SECRET))
                        .toList());
    }

    private Throwable failure(String server, TransportOptions transport, Executable answer) throws Exception {
        MqttClient client = client(builder(server, ProtocolVersion.MQTT_5)
                .transport(transport)
                .observation(ObservationOptions.NONE.withPacketTrace(PacketTrace.toLog()))
                .reconnect(ReconnectPolicy.NEVER)
                .listener(writer::println));
        CompletableFuture<?> connected = client.connect();
        try {
            answer.execute();
        } catch (Throwable e) {
            throw new AssertionError("The peer failed", e);
        }
        return connected.handle((result, error) -> error).get(60, TimeUnit.SECONDS);
    }

    /** The secret was sent, as it has to be; the answer is no. */
    private static void refuse(ScriptedPeer peer, String status, String sent) throws IOException {
        try (Socket socket = peer.nextSocket()) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            boolean found = false;
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                found |= line.toLowerCase(Locale.ROOT).endsWith(sent.toLowerCase(Locale.ROOT));
            }
            assertTrue(found, sent);
            socket.getOutputStream()
                    .write(("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            // What is left unread would make the end a reset.
            while (in.read() >= 0) {}
        }
    }

    @Test
    void noneStandsInTheTextOfAnOption() throws Exception {
        Pem key = Pem.text("-----BEGIN PRIVATE KEY-----\n" + SECRET + "\n-----END PRIVATE KEY-----\n");
        URI server = URI.create("ws://localhost/mqtt?token=" + SECRET);
        List<Object> options = List.of(
                new ClientEvent.Connecting(server, 1),
                new ConnectAttempt(server, 1, ProtocolVersion.MQTT_5),
                new TransportRequest(server, TransportOptions.DEFAULT, Duration.ofSeconds(1)),
                Credentials.of("me", Payload.of(SECRET)),
                ConnectOptions.NONE.withCredentials(Credentials.of("me", Payload.of(SECRET))),
                ProxyOptions.http("proxy", 3128).withCredentials("me", SECRET),
                WebSocketOptions.DEFAULT.withHeader("Authorization", SECRET),
                key,
                TlsOptions.DEFAULT.withClientCertificate(key, key, SECRET),
                EncryptionKeys.of(
                        "k",
                        new SecretKeySpec(SECRET.repeat(3).substring(0, 16).getBytes(StandardCharsets.UTF_8), "AES")),
                PersistenceOptions.MEMORY.withEncryption(EncryptionKeys.of(
                        "k",
                        new SecretKeySpec(SECRET.repeat(3).substring(0, 16).getBytes(StandardCharsets.UTF_8), "AES"))),
                TransportOptions.DEFAULT
                        .withTls(TlsOptions.DEFAULT.withClientCertificate(key, key, SECRET))
                        .withWebSocket(WebSocketOptions.DEFAULT.withHeader("Authorization", SECRET))
                        .withProxy(ProxyOptions.http("proxy", 3128).withCredentials("me", SECRET)),
                Will.of(Message.of("topic", QoS.AT_LEAST_ONCE, SECRET)),
                Message.of("topic", QoS.AT_LEAST_ONCE, SECRET));
        assertEquals(
                List.of(),
                options.stream()
                        .map(Object::toString)
                        .filter(text -> text.contains(SECRET))
                        .toList());
    }

    private void tell(Throwable thrown) {
        if (thrown != null) {
            thrown.printStackTrace(writer);
        }
    }
}
