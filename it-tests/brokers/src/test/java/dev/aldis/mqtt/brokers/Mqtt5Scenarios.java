package dev.aldis.mqtt.brokers;

import static dev.aldis.mqtt.brokers.Outcome.Verdict.HOLDS;
import static dev.aldis.mqtt.brokers.Outcome.Verdict.NOT_OFFERED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.Delivery;
import dev.aldis.mqtt.api.DisconnectOptions;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.api.RetainHandling;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.support.FaultProxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What MQTT 5.0 has and the earlier versions have not. */
@SuppressWarnings("FutureReturnValueIgnored") // What a scenario does not wait for shows at the subscriber.
final class Mqtt5Scenarios {

    static final List<Scenario> ALL = List.of(
            of("the properties of a message arrive", Mqtt5Scenarios::properties),
            of("a shared subscription gives each message to one client", Mqtt5Scenarios::shared),
            of("Topic Aliases from the client", Mqtt5Scenarios::aliasesToServer),
            of("Topic Aliases from the broker", Mqtt5Scenarios::aliasesFromServer),
            of("the client's Receive Maximum holds for a subscriber that is there", Mqtt5Scenarios::receiveMaximum),
            of("it holds for messages that have queued", Mqtt5Scenarios::receiveMaximumOfAQueue),
            of(
                    "a message that has expired does not come, and one that has not tells what is left",
                    Mqtt5Scenarios::expiry),
            of("No Local, Retain As Published, Retain Handling", Mqtt5Scenarios::subscriptionOptions),
            of("a message that matches several subscriptions tells which", Mqtt5Scenarios::identifiers),
            of("a will has its properties", Mqtt5Scenarios::willProperties),
            of("DISCONNECT drops the will, unless it asks for it", Mqtt5Scenarios::willAtDisconnect),
            of("DISCONNECT can end the session", Mqtt5Scenarios::endOfSession));

    private static final int MESSAGES = 30;

    private Mqtt5Scenarios() {}

    private static Scenario of(String title, Scenario.Run run) {
        return new Scenario(title, ProtocolVersion.MQTT_5, run);
    }

    private static Outcome properties(Trial trial) throws Exception {
        MqttClient client = trial.connect();
        trial.subscribe(client, "#", QoS.AT_LEAST_ONCE);
        MessageProperties sent = MessageProperties.builder()
                .contentType("text/plain")
                .responseTopic(TopicName.of(trial.topic("response")))
                .correlationData(Payload.copyOf(new byte[] {0, 1, -1}))
                .userProperty("a", "1")
                .userProperty("a", "2")
                .build();
        Clients.get(client.publish(
                Message.of(trial.topic("x"), QoS.AT_LEAST_ONCE, "x").withProperties(sent)));
        assertEquals(sent, trial.next().message().properties());
        return HOLDS;
    }

    private static Outcome shared(Trial trial) throws Exception {
        for (int i = 0; i < 2; i++) {
            Clients.get(
                    trial.connect().subscribe("$share/g/" + trial.topic("#"), QoS.AT_LEAST_ONCE, trial.received::add));
        }
        trial.publish(trial.connect(), QoS.AT_LEAST_ONCE, 0, MESSAGES);
        trial.expectInOrder(0, MESSAGES);
        return HOLDS;
    }

    private static Outcome aliasesToServer(Trial trial) throws Exception {
        String topic = trial.topic("building/7/floor/3/room/12/sensor/4711/temperature");
        MqttClient client = trial.connect();
        Clients.get(client.subscribe(topic, QoS.AT_LEAST_ONCE, trial.received::add));
        long before = client.statistics().sent().bytes();
        for (int i = 0; i < MESSAGES; i++) {
            Clients.get(client.publish(topic, QoS.AT_LEAST_ONCE, "m" + i));
        }
        trial.expectInOrder(0, MESSAGES);
        boolean saved = client.statistics().sent().bytes() - before < (long) MESSAGES * topic.length();
        boolean offered = client.negotiated().orElseThrow().server().topicAliasMaximum() > 0;
        assertEquals(offered, saved);
        return offered ? HOLDS : NOT_OFFERED;
    }

    private static Outcome aliasesFromServer(Trial trial) throws Exception {
        String topic = trial.topic("building/7/floor/3/room/12/sensor/4711/temperature");
        MqttClient client = trial.connect(trial.builder().topicAliases(0, 10));
        Clients.get(client.subscribe(topic, QoS.AT_LEAST_ONCE, trial.received::add));
        long before = client.statistics().received().bytes();
        for (int i = 0; i < MESSAGES; i++) {
            Clients.get(client.publish(topic, QoS.AT_LEAST_ONCE, "m" + i));
        }
        trial.expectInOrder(0, MESSAGES);
        boolean saved = client.statistics().received().bytes() - before < (long) MESSAGES * topic.length();
        return saved ? HOLDS : NOT_OFFERED;
    }

    private static Outcome receiveMaximum(Trial trial) throws Exception {
        return undecided(trial, false);
    }

    private static Outcome receiveMaximumOfAQueue(Trial trial) throws Exception {
        return undecided(trial, true);
    }

    /** A subscriber that takes two, and acknowledges one whenever nothing more comes. */
    private static Outcome undecided(Trial trial, boolean queued) throws Exception {
        BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
        Clients.Events events = new Clients.Events();
        MqttClient subscriber = trial.connectOnce(trial.builder()
                .limits(ClientLimits.DEFAULT.withReceiveMaximum(2))
                .listener(events.all::add));
        Clients.get(subscriber.subscribe(trial.topic("#"), QoS.AT_LEAST_ONCE, MessageHandler.manual(deliveries::add)));
        if (queued) {
            Clients.get(subscriber.disconnect());
        }
        events.all.clear();
        trial.publish(trial.connect(), QoS.AT_LEAST_ONCE, 0, MESSAGES);
        if (queued) {
            Clients.get(subscriber.connect());
        }
        Deque<Delivery> held = new ArrayDeque<>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Clients.PATIENCE_SECONDS);
        for (int came = 0; came < MESSAGES || !held.isEmpty(); ) {
            Delivery next = deliveries.poll(20, TimeUnit.MILLISECONDS);
            if (next != null) {
                came++;
                held.addLast(next);
            } else if (events.all.stream().anyMatch(ClientEvent.ConnectionLost.class::isInstance)) {
                return trial.deviation(Deviation.M1);
            } else if (!held.isEmpty()) {
                held.removeFirst().acknowledge();
            } else {
                assertTrue(System.nanoTime() < deadline, "Not all messages came");
            }
        }
        return HOLDS;
    }

    private static Outcome expiry(Trial trial) throws Exception {
        MqttClient subscriber = trial.connect();
        trial.subscribe(subscriber, "#", QoS.AT_LEAST_ONCE);
        Clients.get(subscriber.disconnect());
        MqttClient publisher = trial.connect();
        for (long seconds : new long[] {1, 1_000}) {
            MessageProperties properties =
                    MessageProperties.builder().messageExpirySeconds(seconds).build();
            Clients.get(publisher.publish(Message.of(trial.topic("x"), QoS.AT_LEAST_ONCE, "for " + seconds)
                    .withProperties(properties)));
        }
        // The time is what is tried: more than one second, by clocks that count whole ones.
        long end = System.nanoTime() + 2_100_000_000L;
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        Clients.get(subscriber.connect());
        Message message = trial.next().message();
        assertEquals("for 1000", message.payload().text());
        long left = message.properties().messageExpirySeconds().orElseThrow();
        assertTrue(left > 900 && left < 1_000, () -> left + " s are left");
        return HOLDS;
    }

    private static Outcome subscriptionOptions(Trial trial) throws Exception {
        MqttClient client = trial.connect();
        MqttClient other = trial.connect();
        Clients.get(client.publish(
                Message.of(trial.topic("x"), QoS.AT_LEAST_ONCE, "kept").withRetain(true)));
        Subscription subscription = Subscription.of(trial.topic("x"), QoS.AT_LEAST_ONCE)
                .withNoLocal(true)
                .withRetainAsPublished(true)
                .withRetainHandling(RetainHandling.DO_NOT_SEND);
        Clients.get(client.subscribe(List.of(subscription), trial.received::add));
        Clients.get(client.publish(trial.topic("x"), QoS.AT_LEAST_ONCE, "own"));
        Clients.get(other.publish(
                Message.of(trial.topic("x"), QoS.AT_LEAST_ONCE, "foreign").withRetain(true)));
        ReceivedMessage message = trial.next();
        assertEquals("foreign", message.payload().text());
        assertTrue(message.retained());
        return HOLDS;
    }

    private static Outcome identifiers(Trial trial) throws Exception {
        MqttClient client = trial.connect();
        trial.subscribe(client, "#", QoS.AT_LEAST_ONCE);
        trial.subscribe(client, "+", QoS.AT_LEAST_ONCE);
        Clients.get(client.publish(trial.topic("x"), QoS.AT_LEAST_ONCE, "x"));
        // One message with two identifiers, or one message for each of them: each handler gets it once.
        List<List<Integer>> seen = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            seen.add(trial.next().subscriptionIdentifiers());
        }
        Clients.get(client.publish(trial.topic("a/b"), QoS.AT_LEAST_ONCE, "end"));
        if (trial.next().payload().text().equals("x")) {
            return trial.deviation(Deviation.A3);
        }
        TreeSet<Integer> all = new TreeSet<>();
        seen.forEach(all::addAll);
        assertEquals(2, all.size(), seen::toString);
        return HOLDS;
    }

    private static Outcome willProperties(Trial trial) throws Exception {
        trial.subscribe(trial.connect(), "will", QoS.AT_LEAST_ONCE);
        MessageProperties properties = MessageProperties.builder()
                .contentType("text/plain")
                .userProperty("why", "gone")
                .build();
        FaultProxy proxy = trial.proxy();
        trial.connectOnce(trial.builder(proxy)
                .sessionExpirySeconds(0)
                .will(Will.of(Message.of(trial.topic("will"), QoS.AT_LEAST_ONCE, "gone")
                        .withProperties(properties))));
        proxy.cut();
        MessageProperties received = trial.next().message().properties();
        assertEquals(properties.userProperties(), received.userProperties());
        return received.equals(properties) ? HOLDS : trial.deviation(Deviation.A4);
    }

    private static Outcome willAtDisconnect(Trial trial) throws Exception {
        MqttClient subscriber = trial.connect();
        trial.subscribe(subscriber, "#", QoS.AT_LEAST_ONCE);
        for (ReasonCode reason : List.of(ReasonCode.SUCCESS, ReasonCode.DISCONNECT_WITH_WILL_MESSAGE)) {
            MqttClient client = trial.connect(trial.builder()
                    .sessionExpirySeconds(0)
                    .will(Will.of(Message.of(trial.topic("will"), QoS.AT_LEAST_ONCE, reason.name()))));
            Clients.get(client.disconnect(DisconnectOptions.DEFAULT.withReasonCode(reason)));
        }
        if (trial.kind == MatrixBroker.ARTEMIS) {
            // What comes is a matter of chance.
            return trial.deviation(Deviation.A5);
        }
        assertEquals(
                ReasonCode.DISCONNECT_WITH_WILL_MESSAGE.name(),
                trial.next().payload().text());
        return HOLDS;
    }

    private static Outcome endOfSession(Trial trial) throws Exception {
        MqttClient client = trial.connect();
        trial.subscribe(client, "x", QoS.AT_LEAST_ONCE);
        Clients.get(client.disconnect());
        assertTrue(Clients.get(client.connect()).sessionPresent());
        // A broker may see the next connection before it has done with the end of this one.
        boolean present = true;
        for (int i = 0; i < 10 && present; i++) {
            Clients.get(client.disconnect(DisconnectOptions.DEFAULT.withSessionExpirySeconds(0)));
            present = Clients.get(client.connect()).sessionPresent();
        }
        // With Artemis it is a matter of chance.
        return present || trial.kind == MatrixBroker.ARTEMIS ? trial.deviation(Deviation.A6) : HOLDS;
    }
}
