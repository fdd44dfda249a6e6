package dev.aldis.mqtt.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ClientState;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.support.Broker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The first messages of a resumed session, whoever is there to take them, and two clients that want the same session. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows at the subscriber.
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // One broker serves all tests; each has topics of its own.
abstract class SessionContract {

    private static final int MESSAGES = 20;

    private Clients clients = new Clients();
    private BlockingQueue<ReceivedMessage> received = new LinkedBlockingQueue<>();
    private String topic = "";

    @SuppressWarnings("NullAway.Init") // Set before all tests, unless it is not installed.
    private Broker broker;

    /** Starts the broker, with sessions and messages kept in the folder. */
    abstract Broker startBroker(Path brokerFolder);

    /** Whether the broker tells a client of MQTT 5.0 why it loses its connection to another one [MQTT-3.1.4-3]. */
    abstract boolean tellsOfTakeOver();

    static Stream<Arguments> versionsAndStoredQos() {
        return BrokerContract.versionsAndStoredQos();
    }

    @BeforeAll
    void start(@TempDir Path folder) {
        broker = startBroker(folder);
    }

    @AfterAll
    void stop() {
        if (broker != null) { // Where it is not installed no test has run.
            broker.close();
        }
    }

    @BeforeEach
    void begin() {
        clients = new Clients();
        received = new LinkedBlockingQueue<>();
        topic = Clients.identifier() + "/x";
    }

    @AfterEach
    void closeClients() {
        clients.close();
    }

    /** The builder of a client whose session has messages. */
    private MqttClientBuilder resuming(ProtocolVersion version, QoS qos, Clients.Events events) throws Exception {
        String identifier = Clients.identifier();
        try (MqttClient first = builder(version, identifier).build()) {
            Clients.get(first.connect());
            Clients.get(first.subscribe(topic, qos, received::add));
        }
        MqttClient publisher = clients.connect(Clients.builder(broker.uri(), version));
        List<Publication> all = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            all.add(publisher.publish(topic, qos, "m" + i));
        }
        for (Publication publication : all) {
            assertFalse(Clients.get(publication).isError());
        }
        return builder(version, identifier).listener(events.all::add);
    }

    private MqttClientBuilder builder(ProtocolVersion version, String identifier) {
        return Clients.builder(broker.uri(), version)
                .clientIdentifier(identifier)
                .persistence("memory:" + identifier);
    }

    private List<String> take(int count) throws InterruptedException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ReceivedMessage message = received.poll(Clients.PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("Only these messages came: " + texts);
            }
            texts.add(message.payload().text());
        }
        return texts;
    }

    private static Set<String> allMessages() {
        TreeSet<String> all = new TreeSet<>();
        for (int i = 0; i < MESSAGES; i++) {
            all.add("m" + i);
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("versionsAndStoredQos")
    void whatNobodyIsThereForIsHeldUntilSomebodyIs(ProtocolVersion version, QoS qos) throws Exception {
        Clients.Events events = new Clients.Events();
        MqttClient client = clients.connect(resuming(version, qos, events));
        for (int i = 0; i < MESSAGES; i++) {
            events.await(ClientEvent.Unmatched.class);
        }
        assertTrue(received.isEmpty());
        client.onMessage(topic, received::add);
        assertEquals(allMessages(), new TreeSet<>(take(MESSAGES)));
        // Nothing came twice if this is what comes next.
        Clients.get(client.publish(topic, qos, "end"));
        assertEquals(List.of("end"), take(1));
    }

    @ParameterizedTest
    @MethodSource("versionsAndStoredQos")
    void theFirstMessageIsNotLostThoughItsHandlerFails(ProtocolVersion version, QoS qos) throws Exception {
        Clients.Events events = new Clients.Events();
        AtomicBoolean failed = new AtomicBoolean();
        MqttClient client = clients.connect(resuming(version, qos, events).onMessage(topic, message -> {
            if (!failed.getAndSet(true)) {
                throw new IllegalStateException("not ready yet");
            }
            received.add(message);
        }));
        assertTrue(events.await(ClientEvent.HandlerFailed.class)
                        .message()
                        .payload()
                        .sizeBytes()
                > 0);
        assertEquals(allMessages(), new TreeSet<>(take(MESSAGES)));
        Clients.get(client.publish(topic, qos, "end"));
        assertEquals(List.of("end"), take(1));
    }

    @ParameterizedTest
    @EnumSource
    void twoClientsWithOneIdentifierDoNotFightOverTheSession(ProtocolVersion version) throws Exception {
        String identifier = Clients.identifier();
        // No connection is stable within the time of a test, so that nothing begins again.
        ReconnectPolicy patient = ReconnectPolicy.DEFAULT
                .withDelays(Duration.ofMillis(20), Duration.ofHours(1))
                .withStableAfter(Duration.ofHours(1));
        Clients.Events events = new Clients.Events();
        MqttClient first =
                clients.connect(builder(version, identifier).reconnect(patient).listener(events.all::add));
        MqttClient second = clients.connect(Clients.builder(broker.uri(), version)
                .clientIdentifier(identifier)
                .cleanStart(true)
                .reconnect(patient));
        if (version == ProtocolVersion.MQTT_5 && tellsOfTakeOver()) {
            MqttException reason =
                    (MqttException) events.await(ClientEvent.Stopped.class).cause();
            assertEquals(ReasonCode.SESSION_TAKEN_OVER, reason.reasonCode().orElseThrow());
            assertEquals(ClientState.DISCONNECTED, first.state());
            assertFalse(
                    Clients.get(second.publish(topic, QoS.EXACTLY_ONCE, "x")).isError());
            assertEquals(1, second.statistics().connections().accepted());
            assertEquals(1, first.statistics().connections().accepted());
            return;
        }
        // Where the broker says nothing, as before 5.0, each comes back, and each time later than the time before.
        List<Duration> delays = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            delays.add(events.await(ClientEvent.Reconnecting.class).delay());
        }
        for (int i = 1; i < delays.size(); i++) {
            assertTrue(delays.get(i).compareTo(delays.get(i - 1)) > 0, delays::toString);
        }
    }

    /** Before 5.0 it is an extension of these brokers, and the client has no reason to keep it from anybody. */
    @ParameterizedTest
    @EnumSource
    void aSharedSubscriptionGivesEachMessageToOneClientInEachVersion(ProtocolVersion version) throws Exception {
        for (int i = 0; i < 2; i++) {
            MqttClient client = clients.connect(Clients.builder(broker.uri(), version));
            Clients.get(client.subscribe("$share/g/" + topic, QoS.AT_LEAST_ONCE, received::add));
        }
        MqttClient publisher = clients.connect(Clients.builder(broker.uri(), version));
        Set<String> expected = allMessages();
        for (String text : expected) {
            Clients.get(publisher.publish(topic, QoS.AT_LEAST_ONCE, text));
        }
        assertEquals(expected, new TreeSet<>(take(MESSAGES)));
    }
}
