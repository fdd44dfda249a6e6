package dev.aldis.mqtt.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.support.Broker;
import dev.aldis.mqtt.support.FaultProxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A scenario with a broker and a version: its topics and clients are its own, the broker is shared. */
final class Trial implements AutoCloseable {

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    final MatrixBroker kind;
    final Broker broker;
    final ProtocolVersion version;
    final BlockingQueue<ReceivedMessage> received = new LinkedBlockingQueue<>();

    private final String topics = "trial" + NUMBERS.incrementAndGet();
    private final Clients clients = new Clients();
    private final List<FaultProxy> proxies = new ArrayList<>();

    Trial(MatrixBroker kind, Broker broker, ProtocolVersion version) {
        this.kind = kind;
        this.broker = broker;
        this.version = version;
    }

    /** A topic, or filter, that no other trial uses. */
    String topic(String levels) {
        return topics + "/" + levels;
    }

    MqttClientBuilder builder() {
        return Clients.builder(broker.uri(), version);
    }

    MqttClientBuilder webSocketBuilder() {
        return Clients.builder(broker.webSocketUri(), version);
    }

    MqttClientBuilder builder(FaultProxy proxy) {
        return Clients.builder(proxy.uri(), version);
    }

    MqttClient connect() throws Exception {
        return connect(builder());
    }

    /** A client that is connected, and stays so unless the trial says otherwise. */
    MqttClient connect(MqttClientBuilder builder) throws Exception {
        MqttClient client = clients.connect(builder);
        if (kind == MatrixBroker.MOQUETTE) {
            // It ends some connections at their first packet; this one is sent again.
            Clients.get(client.publish(topic("settled").replace("trial", "settled"), QoS.AT_LEAST_ONCE, ""));
        }
        return client;
    }

    /** A client that does not come back when its connection ends. */
    MqttClient connectOnce(MqttClientBuilder builder) throws Exception {
        return clients.connect(builder.reconnect(ReconnectPolicy.NEVER));
    }

    FaultProxy proxy() {
        FaultProxy proxy = FaultProxy.to(broker.port());
        proxies.add(proxy);
        return proxy;
    }

    /** Subscribes to a filter of this trial; what comes is in {@link #received}. */
    void subscribe(MqttClient client, String filter, QoS qos) throws Exception {
        assertFalse(
                Clients.get(client.subscribe(topic(filter), qos, received::add)).isError());
    }

    /** Publishes m0, m1 and so on, all at once, and waits for the answers. */
    void publish(MqttClient client, QoS qos, int from, int to) throws Exception {
        List<Publication> all = new ArrayList<>();
        for (int i = from; i < to; i++) {
            all.add(client.publish(topic("x"), qos, "m" + i));
        }
        for (Publication publication : all) {
            assertFalse(Clients.get(publication).isError());
        }
    }

    ReceivedMessage next() throws InterruptedException {
        ReceivedMessage message = received.poll(Clients.PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("No message came");
        }
        return message;
    }

    /** Each number comes once, and in order: whether the broker kept it. */
    boolean expectInOrder(int from, int to) throws InterruptedException {
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        for (int i = from; i < to; i++) {
            expected.add("m" + i);
            actual.add(next().payload().text());
        }
        boolean inOrder = expected.equals(actual);
        Collections.sort(expected);
        Collections.sort(actual);
        assertEquals(expected, actual);
        return inOrder;
    }

    /** What it says of a broker whether messages came in order; with Artemis that is a matter of chance. */
    Outcome ordered(boolean inOrder) {
        return inOrder && kind != MatrixBroker.ARTEMIS ? Outcome.Verdict.HOLDS : deviation(Deviation.A1);
    }

    /** A known deviation of this broker; of another one it is an error. */
    Outcome deviation(Deviation deviation) {
        assertEquals(deviation.broker, kind, () -> "Deviates: " + deviation.conduct);
        return deviation;
    }

    @Override
    public void close() {
        clients.close();
        proxies.forEach(FaultProxy::close);
    }
}
