package dev.aldis.mqtt.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.support.Broker;
import dev.aldis.mqtt.support.FaultProxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds with each broker, for each protocol version and each QoS. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows at the subscriber.
abstract class BrokerContract {

    private static final int MESSAGES = 50;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    Path folder;

    private final Clients clients = new Clients();
    private final BlockingQueue<ReceivedMessage> received = new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private Broker broker;

    /** Starts the broker, with sessions and messages kept in the folder. */
    abstract Broker startBroker(Path brokerFolder);

    /** Whether sessions outlive a restart of the broker. */
    abstract boolean keepsSessions();

    /** Whether the broker itself hands messages on in the order in which it took them. */
    abstract boolean keepsOrder();

    static Stream<Arguments> versionsAndQos() {
        return Stream.of(ProtocolVersion.values())
                .flatMap(version -> Stream.of(QoS.values()).map(qos -> Arguments.of(version, qos)));
    }

    static Stream<Arguments> versionsAndStoredQos() {
        return Stream.of(ProtocolVersion.values())
                .flatMap(version ->
                        Stream.of(QoS.AT_LEAST_ONCE, QoS.EXACTLY_ONCE).map(qos -> Arguments.of(version, qos)));
    }

    @BeforeEach
    void start() {
        broker = startBroker(folder);
    }

    @AfterEach
    void stop() {
        clients.close();
        broker.close();
    }

    private ReceivedMessage next() throws InterruptedException {
        ReceivedMessage message = received.poll(Clients.PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("No message came");
        }
        return message;
    }

    /** Each number once, and in order where the broker keeps it. */
    private void expectNumbers(int from, int to) throws InterruptedException {
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        for (int i = from; i < to; i++) {
            expected.add("m" + i);
            actual.add(next().payload().text());
        }
        if (!keepsOrder()) {
            Collections.sort(expected);
            Collections.sort(actual);
        }
        assertEquals(expected, actual);
    }

    private static void publishAll(MqttClient client, QoS qos, int from, int to) throws Exception {
        List<Publication> all = new ArrayList<>();
        for (int i = from; i < to; i++) {
            all.add(client.publish("t/x", qos, "m" + i));
        }
        for (Publication publication : all) {
            assertFalse(Clients.get(publication).isError());
        }
    }

    @ParameterizedTest
    @MethodSource("versionsAndQos")
    void whatIsPublishedArrivesOnceAndInOrder(ProtocolVersion version, QoS qos) throws Exception {
        MqttClient client = clients.connect(Clients.builder(broker.uri(), version));
        assertFalse(Clients.get(client.subscribe("t/#", qos, received::add)).isError());
        publishAll(client, qos, 0, MESSAGES);
        expectNumbers(0, MESSAGES);
        publishAll(client, QoS.EXACTLY_ONCE, MESSAGES, MESSAGES + 1);
        ReceivedMessage last = next();
        assertEquals("m" + MESSAGES, last.payload().text());
        assertEquals(qos, last.qos());
    }

    @ParameterizedTest
    @MethodSource("versionsAndQos")
    void retainedMessageReachesALaterSubscriber(ProtocolVersion version, QoS qos) throws Exception {
        MqttClient publisher = clients.connect(Clients.builder(broker.uri(), version));
        Clients.get(publisher.publish(Message.of("r/x", qos, "kept").withRetain(true)));
        // The answer to a QoS 1 message shows that the broker has dealt with the one before it.
        Clients.get(publisher.publish("other", QoS.AT_LEAST_ONCE, ""));
        MqttClient subscriber = clients.connect(Clients.builder(broker.uri(), version));
        Clients.get(subscriber.subscribe("r/#", qos, received::add));
        ReceivedMessage message = next();
        assertEquals("kept", message.payload().text());
        assertTrue(message.retained());
    }

    @ParameterizedTest
    @MethodSource("versionsAndQos")
    void willIsPublishedWhenTheLinkBreaks(ProtocolVersion version, QoS qos) throws Exception {
        MqttClient subscriber = clients.connect(Clients.builder(broker.uri(), version));
        Clients.get(subscriber.subscribe("will", qos, received::add));
        try (FaultProxy proxy = FaultProxy.to(broker.port())) {
            clients.connect(Clients.builder(proxy.uri(), version)
                    .reconnect(ReconnectPolicy.NEVER)
                    // Artemis keeps a will back for as long as the session lasts.
                    .sessionExpirySeconds(0)
                    .will(Will.of(Message.of("will", qos, "gone"))));
            proxy.cut();
            assertEquals("gone", next().payload().text());
        }
    }

    @ParameterizedTest
    @MethodSource("versionsAndStoredQos")
    void sessionGoesOnAfterACutLink(ProtocolVersion version, QoS qos) throws Exception {
        try (FaultProxy proxy = FaultProxy.to(broker.port())) {
            Clients.Events events = new Clients.Events();
            MqttClient subscriber = clients.connect(Clients.builder(broker.uri(), version));
            Clients.get(subscriber.subscribe("t/#", qos, received::add));
            MqttClient publisher =
                    clients.connect(Clients.builder(proxy.uri(), version).listener(events.all::add));
            publishAll(publisher, qos, 0, MESSAGES);
            proxy.cut();
            events.await(ClientEvent.ConnectionLost.class);
            List<Publication> offline = new ArrayList<>();
            for (int i = MESSAGES; i < 2 * MESSAGES; i++) {
                offline.add(publisher.publish("t/x", qos, "m" + i));
            }
            proxy.mend();
            for (Publication publication : offline) {
                Clients.get(publication);
            }
            expectNumbers(0, 2 * MESSAGES);
        }
    }

    @ParameterizedTest
    @MethodSource("versionsAndQos")
    void subscriptionGoesOnAfterTheSubscribersLinkWasCut(ProtocolVersion version, QoS qos) throws Exception {
        try (FaultProxy proxy = FaultProxy.to(broker.port())) {
            Clients.Events events = new Clients.Events();
            MqttClient subscriber =
                    clients.connect(Clients.builder(proxy.uri(), version).listener(events.all::add));
            events.await(ClientEvent.Connected.class);
            Clients.get(subscriber.subscribe("t/#", qos, received::add));
            proxy.cut();
            events.await(ClientEvent.ConnectionLost.class);
            proxy.mend();
            boolean present = events.await(ClientEvent.Connected.class).result().sessionPresent();
            // MQTT 3.1 has no word for it.
            assertEquals(version != ProtocolVersion.MQTT_3_1, present);
            publishAll(clients.connect(Clients.builder(broker.uri(), version)), qos, 0, MESSAGES);
            expectNumbers(0, MESSAGES);
        }
    }

    @ParameterizedTest
    @MethodSource("versionsAndStoredQos")
    void sessionGoesOnAfterARestartOfTheBroker(ProtocolVersion version, QoS qos) throws Exception {
        assumeTrue(keepsSessions(), "the broker forgets subscriptions when it is stopped");
        Clients.Events events = new Clients.Events();
        MqttClient subscriber =
                clients.connect(Clients.builder(broker.uri(), version).listener(events.all::add));
        Clients.get(subscriber.subscribe("t/#", qos, received::add));
        MqttClient publisher = clients.connect(Clients.builder(broker.uri(), version));
        publishAll(publisher, qos, 0, MESSAGES);
        expectNumbers(0, MESSAGES);
        broker.stop();
        events.await(ClientEvent.ConnectionLost.class);
        List<Publication> offline = new ArrayList<>();
        for (int i = MESSAGES; i < 2 * MESSAGES; i++) {
            offline.add(publisher.publish("t/x", qos, "m" + i));
        }
        broker.start();
        for (Publication publication : offline) {
            Clients.get(publication);
        }
        expectNumbers(MESSAGES, 2 * MESSAGES);
    }

    @ParameterizedTest
    @MethodSource("versionsAndStoredQos")
    void subscriberWithAStoreGetsWhatCameWhileItWasAway(ProtocolVersion version, QoS qos) throws Exception {
        String identifier = Clients.identifier();
        String store = "h2:" + folder.resolve("store");
        try (MqttClient first = Clients.builder(broker.uri(), version)
                .clientIdentifier(identifier)
                .persistence(store)
                .build()) {
            Clients.get(first.connect());
            Clients.get(first.subscribe("t/#", qos, received::add));
        }
        MqttClient publisher = clients.connect(Clients.builder(broker.uri(), version));
        publishAll(publisher, qos, 0, MESSAGES);
        clients.connect(Clients.builder(broker.uri(), version)
                .clientIdentifier(identifier)
                .persistence(store)
                .onMessage("t/#", received::add));
        expectNumbers(0, MESSAGES);
    }
}
