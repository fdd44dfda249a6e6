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
import dev.aldis.mqtt.api.TransportOptions;
import dev.aldis.mqtt.support.ArtemisBroker;
import dev.aldis.mqtt.support.FreePort;
import dev.aldis.mqtt.support.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Through proxies that others wrote, tinyproxy and Dante, where they are installed. */
@Timeout(120)
class InstalledProxiesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static ArtemisBroker broker;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    Path folder;

    private final Clients clients = new Clients();
    private final int port = FreePort.find();
    private Optional<Program> proxy = Optional.empty();

    @BeforeAll
    static void startTheBroker() {
        broker = ArtemisBroker.startInMemory();
    }

    @AfterAll
    static void stopTheBroker() {
        broker.close();
    }

    @AfterEach
    void close() {
        clients.close();
        proxy.ifPresent(Program::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt://127.0.0.1:", "ws://127.0.0.1:"})
    void throughTinyproxyWithAPassword(String server) throws Exception {
        startTinyproxy("BasicAuth me secret");
        exchange(server + broker.port(), ProxyOptions.http("127.0.0.1", port).withCredentials("me", "secret"));
    }

    @Test
    void tinyproxyRefusesAnotherPassword() throws Exception {
        startTinyproxy("BasicAuth me secret");
        ProxyOptions options = ProxyOptions.http("127.0.0.1", port).withCredentials("me", "wrong");
        MqttClient client = clients.open(
                builder("mqtt://127.0.0.1:" + broker.port(), options).reconnect(ReconnectPolicy.NEVER));
        Throwable failure = Clients.failure(client.connect());
        assertInstanceOf(ConnectionException.class, failure);
        assertTrue(String.valueOf(failure.getMessage()).contains("user name 'me'"), failure::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt://127.0.0.1:", "ws://localhost:"})
    void throughDante(String server) throws Exception {
        startDante();
        exchange(server + broker.port(), ProxyOptions.socks5("127.0.0.1", port));
    }

    private void startTinyproxy(String... more) throws Exception {
        List<String> lines = new ArrayList<>(
                List.of("Port " + port, "Listen 127.0.0.1", "Timeout 600", "LogLevel Info", "MaxClients 20"));
        lines.addAll(List.of(more));
        Path configuration = Files.write(folder.resolve("tinyproxy.conf"), lines);
        Program starting = Program.start(List.of(installed("tinyproxy"), "-d", "-c", configuration.toString()));
        proxy = Optional.of(starting);
        starting.output().await("Accepting connections", PATIENCE);
    }

    private void startDante() throws Exception {
        Path configuration = Files.write(
                folder.resolve("danted.conf"),
                List.of(
                        "logoutput: stderr",
                        "internal: 127.0.0.1 port = " + port,
                        "external: 127.0.0.1",
                        "clientmethod: none",
                        "socksmethod: none",
                        "client pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }",
                        "socks pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }"));
        Program starting = Program.start(List.of(installed("danted"), "-f", configuration.toString()));
        proxy = Optional.of(starting);
        starting.errors().await(" running", PATIENCE);
    }

    private static String installed(String name) {
        Optional<Path> found = Stream.of("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), name + " is not installed");
        return found.orElseThrow().toString();
    }

    private static MqttClientBuilder builder(String server, ProxyOptions options) {
        return Clients.builder(server, ProtocolVersion.MQTT_5).transport(TransportOptions.DEFAULT.withProxy(options));
    }

    private void exchange(String server, ProxyOptions options) throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        MqttClient client = clients.connect(builder(server, options));
        Clients.get(client.subscribe(
                "through",
                QoS.EXACTLY_ONCE,
                message -> received.add(message.payload().text())));
        assertFalse(Clients.get(client.publish("through", QoS.EXACTLY_ONCE, "hello"))
                .isError());
        assertEquals("hello", received.poll(Clients.PATIENCE_SECONDS, TimeUnit.SECONDS));
    }
}
