package dev.aldis.mqtt.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.brokers.DyingServer.Death;
import dev.aldis.mqtt.brokers.DyingServer.Way;
import dev.aldis.mqtt.support.ArtemisBroker;
import dev.aldis.mqtt.support.TestCertificates;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A link that dies in the middle of a frame, whatever it is made of: a prompt error that says so, and a clean start. */
@Timeout(120)
class DyingLinksTest {

    /** Less than the Keep Alive takes to find it out, and more than a machine stalls. */
    private static final long PROMPT_SECONDS = 45;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    static Path folder;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static ArtemisBroker broker;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static TestCertificates certificates;

    private final Clients clients = new Clients();

    @BeforeAll
    static void start() {
        broker = ArtemisBroker.startInMemory();
        certificates = TestCertificates.makeIn(folder);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @AfterEach
    void closeClients() {
        clients.close();
    }

    static Stream<Arguments> waysAndDeaths() {
        return Stream.of(Way.values()).flatMap(way -> Stream.of(Death.values()).map(death -> Arguments.of(way, death)));
    }

    @ParameterizedTest
    @MethodSource("waysAndDeaths")
    void theErrorIsPromptAndTheNextServerIsTaken(Way way, Death death) throws Exception {
        try (DyingServer dying = new DyingServer(way, certificates.serverContext("server"))) {
            Clients.Events events = new Clients.Events();
            MqttClient client = clients.open(Clients.builder(dying.uri(), ProtocolVersion.MQTT_5)
                    .server(broker.uri())
                    .tls(TlsOptions.DEFAULT.withTrustedCertificates(certificates.certificate("authority")))
                    .listener(events.all::add));
            Clients.get(client.connect());
            events.await(ClientEvent.Connected.class);
            long beforeNanos = System.nanoTime();
            dying.die(death);
            Throwable cause = events.await(ClientEvent.ConnectionLost.class).cause();
            long tookSeconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - beforeNanos);
            assertTrue(tookSeconds < PROMPT_SECONDS, () -> "took " + tookSeconds + " s");
            assertInstanceOf(ConnectionException.class, cause);
            String message = String.valueOf(cause.getMessage());
            assertTrue(message.contains(words(way, death)), message);
            events.await(ClientEvent.Connected.class);
            assertFalse(Clients.get(client.publish("t", QoS.EXACTLY_ONCE, "all is well"))
                    .isError());
            assertEquals(2, client.statistics().connections().accepted());
        }
    }

    private static String words(Way way, Death death) {
        if (death == Death.RESET) {
            return "reset by the other side";
        }
        return way.isWebSocket() ? "without a Close frame" : "in the middle of a Control Packet";
    }
}
