package dev.aldis.mqtt.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ProxyOptions;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.api.TransportOptions;
import dev.aldis.mqtt.support.FreePort;
import dev.aldis.mqtt.support.MosquittoBroker;
import dev.aldis.mqtt.support.Program;
import dev.aldis.mqtt.support.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Through proxies that others wrote, tinyproxy, Dante and MicroSocks, to a broker that others wrote, where installed. */
@Timeout(120)
class InstalledProxiesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Map<Scheme, Integer> PORTS = new EnumMap<>(Scheme.class);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    static Path brokersFolder;

    private static Optional<MosquittoBroker> broker = Optional.empty();

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static TlsOptions tls;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    Path folder;

    private final Clients clients = new Clients();
    private final int port = FreePort.find();
    private Optional<Program> proxy = Optional.empty();

    /** What goes through the proxy. */
    enum Scheme {
        MQTT,
        MQTTS,
        WS,
        WSS;

        private String uri() {
            return name().toLowerCase(Locale.ROOT) + "://localhost:" + PORTS.get(this);
        }
    }

    @BeforeAll
    static void startTheBroker() {
        assumeTrue(MosquittoBroker.installed().isPresent(), "mosquitto is not installed");
        TestCertificates certificates = TestCertificates.makeIn(brokersFolder);
        tls = TlsOptions.DEFAULT.withTrustedCertificates(certificates.certificate("authority"));
        List<String> lines = new ArrayList<>();
        for (Scheme scheme : List.of(Scheme.WS, Scheme.MQTTS, Scheme.WSS)) {
            PORTS.put(scheme, FreePort.find());
            lines.add("listener " + PORTS.get(scheme) + " 127.0.0.1");
            if (scheme != Scheme.MQTTS) {
                lines.add("protocol websockets");
            }
            if (scheme != Scheme.WS) {
                lines.add("certfile " + certificates.certificate("server"));
                lines.add("keyfile " + certificates.key("server"));
            }
        }
        MosquittoBroker started = MosquittoBroker.startIn(brokersFolder, lines.toArray(String[]::new));
        PORTS.put(Scheme.MQTT, started.port());
        broker = Optional.of(started);
    }

    @AfterAll
    static void stopTheBroker() {
        broker.ifPresent(MosquittoBroker::close);
        broker = Optional.empty();
    }

    @AfterEach
    void close() {
        clients.close();
        proxy.ifPresent(Program::close);
    }

    @ParameterizedTest
    @EnumSource
    void throughTinyproxy(Scheme scheme) throws Exception {
        startTinyproxy();
        exchange(scheme, ProxyOptions.http("127.0.0.1", port));
    }

    @ParameterizedTest
    @EnumSource
    void throughTinyproxyWithAPassword(Scheme scheme) throws Exception {
        startTinyproxy("BasicAuth me secret");
        exchange(scheme, ProxyOptions.http("127.0.0.1", port).withCredentials("me", "secret"));
    }

    @ParameterizedTest
    @EnumSource
    void tinyproxyRefusesAnotherPassword(Scheme scheme) throws Exception {
        startTinyproxy("BasicAuth me secret");
        assertRefused(scheme, ProxyOptions.http("127.0.0.1", port));
    }

    @ParameterizedTest
    @EnumSource
    void throughDante(Scheme scheme) throws Exception {
        startDante();
        exchange(scheme, ProxyOptions.socks5("127.0.0.1", port));
    }

    @ParameterizedTest
    @EnumSource
    void throughMicroSocksWithAPassword(Scheme scheme) throws Exception {
        startMicroSocks();
        exchange(scheme, ProxyOptions.socks5("127.0.0.1", port).withCredentials("me", "secret"));
    }

    @ParameterizedTest
    @EnumSource
    void microSocksRefusesAnotherPassword(Scheme scheme) throws Exception {
        startMicroSocks();
        assertRefused(scheme, ProxyOptions.socks5("127.0.0.1", port));
    }

    private void startTinyproxy(String... more) throws IOException {
        List<String> lines = new ArrayList<>(
                List.of("Port " + port, "Listen 127.0.0.1", "Timeout 600", "LogLevel Info", "MaxClients 20"));
        lines.addAll(List.of(more));
        start(lines, "tinyproxy", "-d", "-c").output().await("Accepting connections", PATIENCE);
    }

    private void startDante() throws IOException {
        List<String> lines = List.of(
                "logoutput: stderr",
                "internal: 127.0.0.1 port = " + port,
                "external: 127.0.0.1",
                "clientmethod: none",
                "socksmethod: none",
                "client pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }",
                "socks pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }");
        start(lines, "danted", "-f").errors().await(" running", PATIENCE);
    }

    /** Starts a proxy whose last option is the file of its configuration. */
    private Program start(List<String> configuration, String name, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(installed(name)));
        command.addAll(List.of(options));
        command.add(Files.write(folder.resolve(name + ".conf"), configuration).toString());
        return start(command);
    }

    private void startMicroSocks() throws Exception {
        start(List.of(installed("microsocks"), "-i", "127.0.0.1", "-p", "" + port, "-u", "me", "-P", "secret"));
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        // It does not say when it listens.
        while (!answers()) {
            assertTrue(System.nanoTime() < deadlineNanos, "It does not listen");
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private boolean answers() {
        try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private Program start(List<String> command) {
        Program starting = Program.start(command);
        proxy = Optional.of(starting);
        return starting;
    }

    private static String installed(String name) {
        Optional<Path> found = Stream.of("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), name + " is not installed");
        return found.orElseThrow().toString();
    }

    private static MqttClientBuilder builder(Scheme scheme, ProxyOptions options) {
        return Clients.builder(scheme.uri(), ProtocolVersion.MQTT_5)
                .transport(TransportOptions.DEFAULT.withProxy(options).withTls(tls));
    }

    private void exchange(Scheme scheme, ProxyOptions options) throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        MqttClient client = clients.connect(builder(scheme, options));
        Clients.get(client.subscribe(
                "through",
                QoS.EXACTLY_ONCE,
                message -> received.add(message.payload().text())));
        assertFalse(Clients.get(client.publish("through", QoS.EXACTLY_ONCE, "hello"))
                .isError());
        assertEquals("hello", received.poll(Clients.PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    private void assertRefused(Scheme scheme, ProxyOptions options) throws Exception {
        MqttClient client = clients.open(
                builder(scheme, options.withCredentials("me", "wrong")).reconnect(ReconnectPolicy.NEVER));
        Throwable failure = Clients.failure(client.connect());
        assertInstanceOf(ConnectionException.class, failure);
        assertTrue(String.valueOf(failure.getMessage()).contains("user name 'me'"), failure::toString);
    }
}
