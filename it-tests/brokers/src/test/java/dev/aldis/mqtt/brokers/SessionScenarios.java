package dev.aldis.mqtt.brokers;

import static dev.aldis.mqtt.brokers.Outcome.Verdict.HOLDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.Delivery;
import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReceiveOptions;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.support.FaultProxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Sessions that outlive a connection. */
@SuppressWarnings("FutureReturnValueIgnored") // What a scenario does not wait for shows at the subscriber.
final class SessionScenarios {

    static final List<Scenario> ALL = List.of(
            of(
                    "what is published while the link is cut arrives once: QoS 1",
                    trial -> publisherCut(trial, QoS.AT_LEAST_ONCE)),
            of(
                    "what is published while the link is cut arrives once: QoS 2",
                    trial -> publisherCut(trial, QoS.EXACTLY_ONCE)),
            of("what comes while the subscriber is away waits for it: QoS 1", trial -> away(trial, QoS.AT_LEAST_ONCE)),
            of("what comes while the subscriber is away waits for it: QoS 2", trial -> away(trial, QoS.EXACTLY_ONCE)),
            of(
                    "the later of two clients with one Client Identifier stays, and with 5.0 the other hears why",
                    SessionScenarios::takeOver),
            of("a QoS 1 message that was not acknowledged comes again, with DUP", SessionScenarios::comesAgain),
            of("a QoS 2 message that was answered by PUBREC is handed over once", SessionScenarios::answeredQos2),
            // Before 5.0 this client cannot be told to hold PUBREC back.
            new Scenario(
                    "a QoS 2 message that was not answered is handed over once",
                    ProtocolVersion.MQTT_5,
                    SessionScenarios::unansweredQos2));

    private static final int MESSAGES = 40;

    private SessionScenarios() {}

    private static Scenario of(String title, Scenario.Run run) {
        return new Scenario(title, ProtocolVersion.MQTT_3_1, run);
    }

    private static Outcome publisherCut(Trial trial, QoS qos) throws Exception {
        trial.subscribe(trial.connect(), "#", qos);
        FaultProxy proxy = trial.proxy();
        Clients.Events events = new Clients.Events();
        MqttClient publisher = trial.connect(trial.builder(proxy).listener(events.all::add));
        trial.publish(publisher, qos, 0, MESSAGES);
        events.all.clear();
        proxy.cut();
        events.await(ClientEvent.ConnectionLost.class);
        trial.publish(publisher, qos, MESSAGES, 2 * MESSAGES);
        boolean inOrder = trial.expectInOrder(0, 2 * MESSAGES);
        return trial.ordered(inOrder);
    }

    private static Outcome away(Trial trial, QoS qos) throws Exception {
        MqttClient subscriber = trial.connect();
        trial.subscribe(subscriber, "#", qos);
        Clients.get(subscriber.disconnect());
        trial.publish(trial.connect(), qos, 0, MESSAGES);
        boolean present = Clients.get(subscriber.connect()).sessionPresent();
        // MQTT 3.1 has no word for it.
        assertTrue(present || trial.version == ProtocolVersion.MQTT_3_1);
        boolean inOrder = trial.expectInOrder(0, MESSAGES);
        return trial.ordered(inOrder);
    }

    /** The first client loses its connection, and with MQTT 5.0 is told why [MQTT-3.1.4-3]. */
    private static Outcome takeOver(Trial trial) throws Exception {
        String identifier = Clients.identifier();
        Clients.Events events = new Clients.Events();
        MqttClient first =
                trial.connectOnce(trial.builder().clientIdentifier(identifier).listener(events.all::add));
        subscribeInTheEnd(trial, first);
        events.all.clear();
        // With no state of its own it may not go on with the session.
        MqttClient second =
                trial.connectOnce(trial.builder().clientIdentifier(identifier).cleanStart(true));
        Throwable reason = events.await(ClientEvent.ConnectionLost.class).cause();
        subscribeInTheEnd(trial, second);
        trial.publish(trial.connect(), QoS.AT_LEAST_ONCE, 0, 1);
        trial.expectInOrder(0, 1);
        boolean told = reason instanceof MqttException cause
                && cause.reasonCode().equals(Optional.of(ReasonCode.SESSION_TAKEN_OVER));
        return told || trial.version != ProtocolVersion.MQTT_5 ? HOLDS : trial.deviation(Deviation.M3);
    }

    /** Moquette ends some connections at their first packet. */
    private static void subscribeInTheEnd(Trial trial, MqttClient client) throws Exception {
        boolean subscribed = false;
        while (!subscribed) {
            try {
                trial.subscribe(client, "#", QoS.AT_LEAST_ONCE);
                subscribed = true;
            } catch (ExecutionException ended) {
                assertEquals(MatrixBroker.MOQUETTE, trial.kind, ended::toString);
                Clients.get(client.connect());
            }
        }
    }

    /** A subscriber that has a message and has not decided on it when its link is cut, and is back. */
    private static BlockingQueue<Delivery> undecidedAndBack(Trial trial, QoS qos, boolean answered) throws Exception {
        BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
        FaultProxy proxy = trial.proxy();
        Clients.Events events = new Clients.Events();
        MqttClient subscriber = trial.connect(trial.builder(proxy)
                // With refusal PUBREC waits for the decision, as PUBACK does.
                .receive(ReceiveOptions.DEFAULT.withRefusal(qos == QoS.EXACTLY_ONCE && !answered))
                .listener(events.all::add));
        Clients.get(subscriber.subscribe(trial.topic("#"), qos, MessageHandler.manual(deliveries::add)));
        Clients.get(trial.connect().publish(trial.topic("x"), qos, "first"));
        Delivery first = poll(deliveries);
        if (answered) {
            // Its answer comes behind PUBREC, so PUBREC has arrived.
            Clients.get(subscriber.publish("other", QoS.AT_LEAST_ONCE, ""));
        }
        events.all.clear();
        proxy.cut();
        events.await(ClientEvent.ConnectionLost.class);
        events.await(ClientEvent.Connected.class);
        first.acknowledge();
        Clients.get(trial.connect().publish(trial.topic("x"), qos, "second"));
        return deliveries;
    }

    private static Outcome comesAgain(Trial trial) throws Exception {
        BlockingQueue<Delivery> deliveries = undecidedAndBack(trial, QoS.AT_LEAST_ONCE, false);
        Delivery again = poll(deliveries);
        again.acknowledge();
        if (again.payload().text().equals("second")) {
            return trial.deviation(Deviation.Q3);
        }
        assertEquals("first", again.payload().text());
        Delivery second = poll(deliveries);
        second.acknowledge();
        assertEquals("second", second.payload().text());
        return again.duplicate() ? HOLDS : trial.deviation(Deviation.A2);
    }

    private static Outcome unansweredQos2(Trial trial) throws Exception {
        return handedOverOnce(undecidedAndBack(trial, QoS.EXACTLY_ONCE, false)) ? HOLDS : trial.deviation(Deviation.A2);
    }

    private static Outcome answeredQos2(Trial trial) throws Exception {
        return handedOverOnce(undecidedAndBack(trial, QoS.EXACTLY_ONCE, true)) ? HOLDS : trial.deviation(Deviation.A2);
    }

    /** Whether the second message is what comes next, and not the first one again. */
    private static boolean handedOverOnce(BlockingQueue<Delivery> deliveries) throws InterruptedException {
        Delivery next = poll(deliveries);
        next.acknowledge();
        return next.payload().text().equals("second");
    }

    private static Delivery poll(BlockingQueue<Delivery> deliveries) throws InterruptedException {
        Delivery delivery = deliveries.poll(Clients.PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (delivery == null) {
            throw new AssertionError("No message came");
        }
        return delivery;
    }

    /** Clients around a stop and a start of the broker. */
    static final class Restart {

        static final String TITLE = "a session, and what waits in it, outlives a stop and start of the broker";
        static final String CONNECTED = "the same for a client that is connected when the broker is stopped";

        private final Trial trial;
        private final Clients.Events events = new Clients.Events();
        private final BlockingQueue<ReceivedMessage> atConnected = new LinkedBlockingQueue<>();
        private final MqttClient away;
        private final MqttClient publisher;
        private final List<Publication> offline = new ArrayList<>();

        Restart(Trial trial) throws Exception {
            this.trial = trial;
            away = trial.connect();
            trial.subscribe(away, "#", QoS.EXACTLY_ONCE);
            Clients.get(away.disconnect());
            MqttClient connected = trial.connect(trial.builder().listener(events.all::add));
            Clients.get(connected.subscribe("for/" + trial.topic("#"), QoS.EXACTLY_ONCE, atConnected::add));
            publisher = trial.connect();
            trial.publish(publisher, QoS.EXACTLY_ONCE, 0, MESSAGES);
            events.all.clear();
        }

        /** What is published to a broker that is not there. */
        void stopped() {
            for (int i = MESSAGES; i < 2 * MESSAGES; i++) {
                offline.add(publisher.publish(trial.topic("x"), QoS.EXACTLY_ONCE, "m" + i));
            }
        }

        Outcome whenAway() throws Exception {
            for (Publication publication : offline) {
                assertFalse(Clients.get(publication).isError());
            }
            boolean present = Clients.get(away.connect()).sessionPresent();
            if (trial.kind == MatrixBroker.MOQUETTE) {
                assertFalse(present);
                return trial.deviation(Deviation.Q4);
            }
            assertTrue(present || trial.version == ProtocolVersion.MQTT_3_1);
            return trial.ordered(trial.expectInOrder(0, 2 * MESSAGES));
        }

        Outcome whenConnected() throws Exception {
            boolean present = events.await(ClientEvent.Connected.class).result().sessionPresent();
            if (trial.kind == MatrixBroker.MOQUETTE) {
                assertFalse(present);
                return trial.deviation(Deviation.Q4);
            }
            assertTrue(present || trial.version == ProtocolVersion.MQTT_3_1);
            Clients.get(publisher.publish("for/" + trial.topic("x"), QoS.EXACTLY_ONCE, "after"));
            ReceivedMessage message = atConnected.poll(Clients.PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertEquals(
                    "after",
                    message == null ? "nothing came" : message.payload().text());
            return HOLDS;
        }
    }
}
