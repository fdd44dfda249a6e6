package dev.aldis.mqtt.brokers;

import static dev.aldis.mqtt.brokers.Outcome.Verdict.HOLDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.support.FaultProxy;
import java.util.List;

/** Messages from a publisher to a subscriber that are both there. */
@SuppressWarnings("FutureReturnValueIgnored") // What a scenario does not wait for shows at the subscriber.
final class DeliveryScenarios {

    static final List<Scenario> ALL = List.of(
            of("QoS 0 arrives, in order", trial -> arrives(trial, QoS.AT_MOST_ONCE)),
            of("QoS 1 arrives, in order", trial -> arrives(trial, QoS.AT_LEAST_ONCE)),
            of("QoS 2 arrives once, in order", trial -> arrives(trial, QoS.EXACTLY_ONCE)),
            of("the same over WebSocket", DeliveryScenarios::webSocket),
            of("a payload of 1 MiB arrives", DeliveryScenarios::largePayload),
            of("a retained message reaches later subscribers, until it is removed", DeliveryScenarios::retained),
            of("the will of a client whose link breaks is published", DeliveryScenarios::will),
            of("`+` and `#` match as they should", DeliveryScenarios::wildcards),
            of("UNSUBSCRIBE ends a subscription", DeliveryScenarios::unsubscribe));

    private static final int MESSAGES = 40;

    private DeliveryScenarios() {}

    private static Scenario of(String title, Scenario.Run run) {
        return new Scenario(title, ProtocolVersion.MQTT_3_1, run);
    }

    private static Outcome arrives(Trial trial, QoS qos) throws Exception {
        return arrives(trial, trial.connect(), qos);
    }

    private static Outcome webSocket(Trial trial) throws Exception {
        return arrives(trial, trial.connect(trial.webSocketBuilder()), QoS.EXACTLY_ONCE);
    }

    private static Outcome arrives(Trial trial, MqttClient client, QoS qos) throws Exception {
        trial.subscribe(client, "#", qos);
        trial.publish(client, qos, 0, MESSAGES);
        boolean inOrder = trial.expectInOrder(0, MESSAGES);
        // Nothing came twice if this is what comes next.
        Clients.get(client.publish(trial.topic("end"), qos, "end"));
        ReceivedMessage end = trial.next();
        assertEquals("end", end.payload().text());
        assertEquals(qos, end.qos());
        return trial.ordered(inOrder);
    }

    private static Outcome largePayload(Trial trial) throws Exception {
        trial.subscribe(trial.connect(), "#", QoS.AT_LEAST_ONCE);
        Clients.Events events = new Clients.Events();
        MqttClient client = trial.connectOnce(trial.builder().listener(events.all::add));
        byte[] bytes = new byte[1 << 20];
        bytes[bytes.length - 1] = 7;
        Publication publication =
                client.publish(Message.of(TopicName.of(trial.topic("x")), QoS.AT_LEAST_ONCE, Payload.copyOf(bytes)));
        if (trial.kind == MatrixBroker.MOQUETTE) {
            events.await(ClientEvent.ConnectionLost.class);
            return trial.deviation(Deviation.Q1);
        }
        Clients.get(publication);
        assertEquals(Payload.copyOf(bytes), trial.next().payload());
        return HOLDS;
    }

    /** A broker may acknowledge a message before it has it for later subscribers, but not the next one too. */
    private static void settle(Trial trial, MqttClient publisher) throws Exception {
        Clients.get(publisher.publish(trial.topic("other"), QoS.AT_LEAST_ONCE, ""));
    }

    private static Outcome retained(Trial trial) throws Exception {
        MqttClient publisher = trial.connect();
        Clients.get(publisher.publish(
                Message.of(trial.topic("r"), QoS.AT_LEAST_ONCE, "kept").withRetain(true)));
        settle(trial, publisher);
        trial.subscribe(trial.connect(), "r", QoS.AT_LEAST_ONCE);
        ReceivedMessage message = trial.next();
        assertEquals("kept", message.payload().text());
        boolean marked = message.retained();
        Clients.get(publisher.publish(
                Message.of(trial.topic("r"), QoS.AT_LEAST_ONCE, "").withRetain(true)));
        assertEquals("", trial.next().payload().text());
        settle(trial, publisher);
        trial.subscribe(trial.connect(), "r", QoS.AT_LEAST_ONCE);
        Clients.get(publisher.publish(trial.topic("r"), QoS.AT_LEAST_ONCE, "live"));
        assertEquals("live", trial.next().payload().text());
        assertEquals("live", trial.next().payload().text());
        return marked ? HOLDS : trial.deviation(Deviation.Q2);
    }

    private static Outcome will(Trial trial) throws Exception {
        trial.subscribe(trial.connect(), "will", QoS.AT_LEAST_ONCE);
        FaultProxy proxy = trial.proxy();
        trial.connectOnce(Clients.withoutSession(trial.builder(proxy), trial.version)
                .will(Will.of(Message.of(trial.topic("will"), QoS.AT_LEAST_ONCE, "gone"))));
        proxy.cut();
        assertEquals("gone", trial.next().payload().text());
        return HOLDS;
    }

    private static Outcome wildcards(Trial trial) throws Exception {
        MqttClient client = trial.connect();
        trial.subscribe(client, "a/+/c", QoS.AT_LEAST_ONCE);
        trial.subscribe(client, "b/#", QoS.AT_LEAST_ONCE);
        for (String topic : List.of("a/1/c", "a/1/2/c", "a/c", "a//c", "b", "b/1", "b/1/2", "bb", "end/x", "b/end")) {
            Clients.get(client.publish(trial.topic(topic), QoS.AT_LEAST_ONCE, topic));
        }
        for (String topic : List.of("a/1/c", "a//c", "b", "b/1", "b/1/2", "b/end")) {
            assertEquals(topic, trial.next().payload().text());
        }
        return HOLDS;
    }

    private static Outcome unsubscribe(Trial trial) throws Exception {
        MqttClient client = trial.connect();
        trial.subscribe(client, "a", QoS.AT_LEAST_ONCE);
        trial.subscribe(client, "b", QoS.AT_LEAST_ONCE);
        Clients.get(client.unsubscribe(trial.topic("a")));
        Clients.get(client.publish(trial.topic("a"), QoS.AT_LEAST_ONCE, "a"));
        Clients.get(client.publish(trial.topic("b"), QoS.AT_LEAST_ONCE, "b"));
        assertEquals("b", trial.next().payload().text());
        return HOLDS;
    }
}
