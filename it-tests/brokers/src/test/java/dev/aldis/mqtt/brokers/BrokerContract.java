package dev.aldis.mqtt.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.Delivery;
import dev.aldis.mqtt.api.Inbox;
import dev.aldis.mqtt.api.InboxOptions;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReceiveOptions;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.support.Broker;
import dev.aldis.mqtt.support.FaultProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
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

    /** Whether a message that matches several subscriptions comes so many times, always with all their identifiers. */
    abstract boolean sendsEqualCopies();

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
            clients.connect(Clients.withoutSession(Clients.builder(proxy.uri(), version), version)
                    .reconnect(ReconnectPolicy.NEVER)
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
            // MQTT 3.1 has no word for it; Artemis says it all the same.
            assertTrue(present || version == ProtocolVersion.MQTT_3_1);
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
        Queue<Delivery> deliveries = new ConcurrentLinkedQueue<>();
        Clients.get(subscriber.subscribe("t/#", qos, MessageHandler.manual(delivery -> {
            deliveries.add(delivery);
            received.add(delivery);
        })));
        MqttClient publisher = clients.connect(Clients.builder(broker.uri(), version));
        publishAll(publisher, qos, 0, MESSAGES);
        expectNumbers(0, MESSAGES);
        // By this thread, so that what it publishes then follows.
        deliveries.forEach(Delivery::acknowledge);
        // What the broker has not heard of as acknowledged it may send again, so it gets the time to hear of all.
        for (int i = 0; i < 2; i++) {
            Clients.get(subscriber.publish("other", QoS.AT_LEAST_ONCE, ""));
        }
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

    static Stream<QoS> everyQos() {
        return Stream.of(QoS.values());
    }

    @ParameterizedTest
    @MethodSource("everyQos")
    void overlappingSubscriptionsBringEachHandlerAMessageOnce(QoS qos) throws Exception {
        List<BlockingQueue<String>> seen = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            seen.add(new LinkedBlockingQueue<>());
        }
        MqttClient client = clients.open(Clients.builder(broker.uri(), ProtocolVersion.MQTT_5)
                .receive(ReceiveOptions.DEFAULT.withCopiesMerged(sendsEqualCopies()))
                .onMessage("#", message -> seen.get(0).add(message.payload().text())));
        Clients.get(client.connect());
        MessageHandler twice = message -> seen.get(3).add(message.payload().text());
        Clients.get(client.subscribe(
                "t/#", qos, message -> seen.get(1).add(message.payload().text())));
        Clients.get(client.subscribe(
                "+/x", qos, message -> seen.get(2).add(message.payload().text())));
        Clients.get(client.subscribe("t/+", qos, twice));
        Clients.get(client.subscribe("t/x", qos, twice));
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            // Some have the same content as others before.
            String text = "m" + i % 7;
            expected.add(text);
            Clients.get(client.publish("t/x", qos, text));
        }
        Clients.get(client.publish("t/x", QoS.EXACTLY_ONCE, "end"));
        Collections.sort(expected);
        for (BlockingQueue<String> one : seen) {
            List<String> actual = new ArrayList<>();
            while (actual.size() < MESSAGES + 1 || !actual.contains("end")) {
                String text = one.poll(Clients.PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (text == null) {
                    throw new AssertionError("Only these messages came: " + actual);
                }
                actual.add(text);
            }
            actual.remove("end");
            Collections.sort(actual);
            assertEquals(expected, actual);
        }
    }

    @ParameterizedTest
    @MethodSource("versionsAndStoredQos")
    void whatIsNotAcknowledgedComesAgainAndWhatIsDoesNot(ProtocolVersion version, QoS qos) throws Exception {
        BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
        try (FaultProxy proxy = FaultProxy.to(broker.port())) {
            Clients.Events events = new Clients.Events();
            MqttClient subscriber =
                    clients.connect(Clients.builder(proxy.uri(), version).listener(events.all::add));
            Clients.get(subscriber.subscribe("t/#", qos, MessageHandler.manual(deliveries::add)));
            MqttClient publisher = clients.connect(Clients.builder(broker.uri(), version));
            publishAll(publisher, qos, 0, 3);
            List<Delivery> first = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                first.add(poll(deliveries));
            }
            // The first one is acknowledged and so is the last, but in the order of arrival its turn has not come.
            first.get(0).acknowledge();
            first.get(2).acknowledge();
            if (qos == QoS.AT_LEAST_ONCE) {
                proxy.cut();
                events.await(ClientEvent.ConnectionLost.class);
                proxy.mend();
                events.await(ClientEvent.Connected.class);
                List<String> again = new ArrayList<>();
                while (!again.contains(first.get(1).payload().text())) {
                    Delivery delivery = poll(deliveries);
                    again.add(delivery.payload().text());
                    delivery.acknowledge();
                }
            } else {
                // QoS 2 is handed over once, and the decision counts whenever it comes.
                first.get(1).acknowledge();
            }
            publishAll(publisher, qos, 3, 4);
            Delivery last = poll(deliveries);
            while (!last.payload().text().equals("m3")) {
                assertEquals(QoS.AT_LEAST_ONCE, qos, "A message of QoS 2 came twice");
                last.acknowledge();
                last = poll(deliveries);
            }
            last.acknowledge();
        }
    }

    private static Delivery poll(BlockingQueue<Delivery> deliveries) throws InterruptedException {
        Delivery delivery = deliveries.poll(Clients.PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (delivery == null) {
            throw new AssertionError("No message came");
        }
        return delivery;
    }

    @ParameterizedTest
    @MethodSource("everyQos")
    void aRefusedMessageIsNotSentAgain(QoS qos) throws Exception {
        String identifier = Clients.identifier();
        BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
        try (MqttClient first = Clients.builder(broker.uri(), ProtocolVersion.MQTT_5)
                .clientIdentifier(identifier)
                .persistence("memory:" + identifier)
                .receive(ReceiveOptions.DEFAULT.withRefusal(true))
                .build()) {
            Clients.get(first.connect());
            Clients.get(first.subscribe("t/#", qos, MessageHandler.manual(deliveries::add)));
            MqttClient publisher = clients.connect(Clients.builder(broker.uri(), ProtocolVersion.MQTT_5));
            publishAll(publisher, qos, 0, 2);
            poll(deliveries).refuse(ReasonCode.NOT_AUTHORIZED);
            poll(deliveries).acknowledge();
            // The answer shows that the broker has dealt with what was sent before.
            Clients.get(first.publish("other", QoS.EXACTLY_ONCE, ""));
            Clients.get(first.disconnect());
            publishAll(publisher, QoS.AT_LEAST_ONCE, 2, 3);
        }
        clients.connect(Clients.builder(broker.uri(), ProtocolVersion.MQTT_5)
                .clientIdentifier(identifier)
                .persistence("memory:" + identifier)
                .onMessage("t/#", received::add));
        if (qos != QoS.AT_MOST_ONCE) {
            assertEquals("m2", next().payload().text());
        }
    }

    @ParameterizedTest
    @MethodSource("versionsAndStoredQos")
    void anInboxThatIsDeclaredFirstGetsWhatAResumedSessionHas(ProtocolVersion version, QoS qos) throws Exception {
        String identifier = Clients.identifier();
        try (MqttClient first = Clients.builder(broker.uri(), version)
                .clientIdentifier(identifier)
                .persistence("memory:" + identifier)
                .build()) {
            Clients.get(first.connect());
            Clients.get(first.subscribe("t/#", qos, received::add));
        }
        MqttClient publisher = clients.connect(Clients.builder(broker.uri(), version));
        publishAll(publisher, qos, 0, MESSAGES);
        Clients.Events events = new Clients.Events();
        MqttClient second = clients.open(Clients.builder(broker.uri(), version)
                .clientIdentifier(identifier)
                .persistence("memory:" + identifier)
                .listener(events.all::add));
        Inbox inbox = second.newInbox(InboxOptions.DEFAULT);
        second.onMessage("t/#", inbox);
        Clients.get(second.connect());
        for (int i = 0; i < MESSAGES; i++) {
            received.add(
                    inbox.receive(Duration.ofSeconds(Clients.PATIENCE_SECONDS)).orElseThrow());
        }
        expectNumbers(0, MESSAGES);
        assertTrue(events.all.stream().noneMatch(ClientEvent.Unmatched.class::isInstance));
    }
}
