package dev.aldis.mqtt.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.DisconnectOptions;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.RetainHandling;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.api.UserProperty;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.support.Broker;
import dev.aldis.mqtt.support.FaultProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What MQTT 5.0 has and the earlier versions have not, with each broker. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows at the subscriber.
abstract class Mqtt5Contract {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    Path folder;

    private final Clients clients = new Clients();
    private final BlockingQueue<ReceivedMessage> received = new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private Broker broker;

    /** Starts the broker, with sessions and messages kept in the folder. */
    abstract Broker startBroker(Path brokerFolder);

    /** Whether the broker does all that the standard says of a will. */
    abstract boolean knowsAllOfAWill();

    @BeforeEach
    void start() {
        broker = startBroker(folder);
    }

    @AfterEach
    void stop() {
        clients.close();
        broker.close();
    }

    private MqttClient connected() throws Exception {
        return clients.connect(Clients.builder(broker.uri(), ProtocolVersion.MQTT_5));
    }

    private ReceivedMessage next() throws InterruptedException {
        ReceivedMessage message = received.poll(Clients.PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("No message came");
        }
        return message;
    }

    @Test
    void aWillCarriesItsProperties() throws Exception {
        MqttClient subscriber = connected();
        Clients.get(subscriber.subscribe("will", QoS.AT_LEAST_ONCE, received::add));
        MessageProperties properties = MessageProperties.builder()
                .contentType("text/plain")
                .userProperty("why", "gone")
                .build();
        try (FaultProxy proxy = FaultProxy.to(broker.port())) {
            clients.connect(Clients.builder(proxy.uri(), ProtocolVersion.MQTT_5)
                    .reconnect(ReconnectPolicy.NEVER)
                    .sessionExpirySeconds(0)
                    .will(Will.of(Message.of("will", QoS.AT_LEAST_ONCE, "gone").withProperties(properties))));
            proxy.cut();
            ReceivedMessage will = next();
            assertEquals(
                    List.of(new UserProperty("why", "gone")),
                    will.message().properties().userProperties());
            assumeTrue(knowsAllOfAWill(), "the broker forgets the Content Type");
            assertEquals("text/plain", will.message().properties().contentType().orElseThrow());
        }
    }

    @Test
    void disconnectDropsTheWillUnlessItIsAskedFor() throws Exception {
        assumeTrue(knowsAllOfAWill(), "the broker drops the will with any DISCONNECT");
        MqttClient subscriber = connected();
        Clients.get(subscriber.subscribe("will", QoS.AT_LEAST_ONCE, received::add));
        MqttClient silent = clients.connect(Clients.builder(broker.uri(), ProtocolVersion.MQTT_5)
                .sessionExpirySeconds(0)
                .will(Will.of(Message.of("will", QoS.AT_LEAST_ONCE, "silent"))));
        Clients.get(silent.disconnect());
        MqttClient loud = clients.connect(Clients.builder(broker.uri(), ProtocolVersion.MQTT_5)
                .sessionExpirySeconds(0)
                .will(Will.of(Message.of("will", QoS.AT_LEAST_ONCE, "loud"))));
        Clients.get(loud.disconnect(DisconnectOptions.DEFAULT.withReasonCode(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE)));
        assertEquals("loud", next().payload().text());
    }

    @Test
    void disconnectCanEndTheSession() throws Exception {
        MqttClient client = connected();
        Clients.get(client.subscribe("t", QoS.AT_LEAST_ONCE, received::add));
        Clients.get(client.disconnect());
        assertTrue(Clients.get(client.connect()).sessionPresent());
        // A broker may see the next connection before it has done with the end of this one.
        boolean present = true;
        for (int i = 0; i < 10 && present; i++) {
            Clients.get(client.disconnect(DisconnectOptions.DEFAULT.withSessionExpirySeconds(0)));
            present = Clients.get(client.connect()).sessionPresent();
        }
        assertFalse(present);
    }

    @Test
    void quiesceLetsTheBrokerAnswerFirst() throws Exception {
        MqttClient client = connected();
        CompletableFuture<?> publication = client.publish("t", QoS.EXACTLY_ONCE, "x");
        Clients.get(client.disconnect(DisconnectOptions.DEFAULT.withQuiesce(Duration.ofSeconds(60))));
        assertTrue(publication.isDone());
    }

    @Test
    void aSharedSubscriptionGivesEachMessageToOneClient() throws Exception {
        for (int i = 0; i < 2; i++) {
            Clients.get(connected().subscribe("$share/g/s/#", QoS.AT_LEAST_ONCE, received::add));
        }
        MqttClient publisher = connected();
        TreeSet<String> expected = new TreeSet<>();
        for (int i = 0; i < 40; i++) {
            expected.add("m" + i);
            Clients.get(publisher.publish("s/x", QoS.AT_LEAST_ONCE, "m" + i));
        }
        TreeSet<String> actual = new TreeSet<>();
        for (int i = 0; i < 40; i++) {
            actual.add(next().payload().text());
        }
        assertEquals(expected, actual);
    }

    @Test
    void noLocalKeepsOnesOwnMessagesAway() throws Exception {
        MqttClient client = connected();
        Subscription subscription = Subscription.of("t", QoS.AT_LEAST_ONCE).withNoLocal(true);
        Clients.get(client.subscribe(List.of(subscription), received::add));
        Clients.get(client.publish("t", QoS.AT_LEAST_ONCE, "own"));
        Clients.get(connected().publish("t", QoS.AT_LEAST_ONCE, "foreign"));
        assertEquals("foreign", next().payload().text());
    }

    @Test
    void retainAsPublishedLeavesTheFlagAsItWas() throws Exception {
        MqttClient client = connected();
        Subscription subscription = Subscription.of("t", QoS.AT_LEAST_ONCE).withRetainAsPublished(true);
        Clients.get(client.subscribe(List.of(subscription), received::add));
        Clients.get(client.publish(Message.of("t", QoS.AT_LEAST_ONCE, "x").withRetain(true)));
        assertTrue(next().retained());
    }

    @Test
    void retainHandlingSparesWhatWasKept() throws Exception {
        MqttClient client = connected();
        Clients.get(client.publish(Message.of("t", QoS.AT_LEAST_ONCE, "kept").withRetain(true)));
        Subscription subscription =
                Subscription.of("t", QoS.AT_LEAST_ONCE).withRetainHandling(RetainHandling.DO_NOT_SEND);
        Clients.get(client.subscribe(List.of(subscription), received::add));
        Clients.get(client.publish("t", QoS.AT_LEAST_ONCE, "live"));
        assertEquals("live", next().payload().text());
    }

    @Test
    void aRequestCompletesWithItsResponse() throws Exception {
        MqttClient responder = connected();
        Clients.get(responder.subscribe(
                "service",
                QoS.AT_LEAST_ONCE,
                request -> responder.publish(request.response(
                                QoS.AT_LEAST_ONCE,
                                Payload.of("re: " + request.payload().text()))
                        .orElseThrow())));
        MqttClient asking = connected();
        for (int i = 0; i < 3; i++) {
            Message question = Message.of("service", QoS.AT_LEAST_ONCE, "question " + i);
            ReceivedMessage response = Clients.get(asking.request(question, Duration.ofSeconds(60)));
            assertEquals("re: question " + i, response.payload().text());
        }
    }

    @Test
    void topicAliasesSaveBytesAndNothingElse() throws Exception {
        String topic = "building/7/floor/3/room/12/sensor/4711/temperature";
        MqttClient client = connected();
        Clients.get(client.subscribe("building/#", QoS.AT_LEAST_ONCE, received::add));
        long before = client.statistics().sent().bytes();
        for (int i = 0; i < 20; i++) {
            Clients.get(client.publish(topic, QoS.AT_LEAST_ONCE, "m" + i));
        }
        for (int i = 0; i < 20; i++) {
            assertEquals(topic, next().topic().text());
        }
        long bytes = client.statistics().sent().bytes() - before;
        int aliases = client.negotiated().orElseThrow().server().topicAliasMaximum();
        assertTrue(aliases > 0, "The broker takes no Topic Aliases");
        assertTrue(bytes < 20L * topic.length(), bytes + " bytes were sent");
    }
}
