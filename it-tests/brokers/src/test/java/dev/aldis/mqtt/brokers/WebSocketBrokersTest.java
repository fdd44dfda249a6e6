package dev.aldis.mqtt.brokers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.support.ArtemisBroker;
import dev.aldis.mqtt.support.FaultProxy;
import dev.aldis.mqtt.support.FreePort;
import dev.aldis.mqtt.support.MosquittoBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** WebSocket with real brokers: Artemis, which speaks it on the port of MQTT, and mosquitto where it is installed. */
@Timeout(120)
class WebSocketBrokersTest {

    private static final int MESSAGES = 50;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    Path folder;

    private final Clients clients = new Clients();
    private final BlockingQueue<ReceivedMessage> received = new LinkedBlockingQueue<>();
    private int webSocketPort;

    @AfterEach
    void closeClients() {
        clients.close();
    }

    @ParameterizedTest
    @EnumSource
    void exactlyOnceGoesOnAfterACutWithArtemis(ProtocolVersion version) throws Exception {
        try (ArtemisBroker broker = ArtemisBroker.startInMemory();
                FaultProxy proxy = FaultProxy.to(broker.port())) {
            exchangeWithACut(proxy, "ws://127.0.0.1:" + broker.port() + "/mqtt", version);
        }
    }

    @ParameterizedTest
    @EnumSource
    void exactlyOnceGoesOnAfterACutWithMosquitto(ProtocolVersion version) throws Exception {
        try (MosquittoBroker broker = mosquitto();
                FaultProxy proxy = FaultProxy.to(webSocketPort)) {
            assertTrue(broker.port() > 0);
            exchangeWithACut(proxy, "ws://127.0.0.1:" + webSocketPort, version);
        }
    }

    @Test
    void aPacketThatSpansManyFramesComesBackWholeFromArtemis() throws Exception {
        try (ArtemisBroker broker = ArtemisBroker.startInMemory()) {
            exchangeALargeMessage("ws://127.0.0.1:" + broker.port() + "/mqtt", 1_000_000);
        }
    }

    @Test
    void aPacketThatSpansManyFramesComesBackWholeFromMosquitto() throws Exception {
        try (MosquittoBroker broker = mosquitto()) {
            assertTrue(broker.port() > 0);
            // It takes 4 KiB of a WebSocket in a tenth of a second.
            exchangeALargeMessage("ws://localhost:" + webSocketPort, 100_000);
        }
    }

    private MosquittoBroker mosquitto() {
        assumeTrue(MosquittoBroker.installed().isPresent(), "mosquitto is not installed");
        webSocketPort = FreePort.find();
        return MosquittoBroker.startIn(folder, "listener " + webSocketPort + " 127.0.0.1", "protocol websockets");
    }

    /** Cuts the link of the publisher only: Artemis may send again, as something new, what it had sent to a subscriber. */
    private void exchangeWithACut(FaultProxy proxy, String direct, ProtocolVersion version) throws Exception {
        MqttClient subscriber = clients.connect(Clients.builder(direct, version));
        assertFalse(Clients.get(subscriber.subscribe("t/#", QoS.EXACTLY_ONCE, received::add))
                .isError());
        Clients.Events events = new Clients.Events();
        MqttClient publisher = clients.connect(Clients.builder(proxy.uri().replace("mqtt:", "ws:") + "/mqtt", version)
                .listener(events.all::add));
        publish(publisher, 0);
        proxy.cut();
        events.await(ClientEvent.ConnectionLost.class);
        publish(publisher, MESSAGES);
        Set<String> numbers = new HashSet<>();
        for (int i = 0; i < 2 * MESSAGES; i++) {
            assertTrue(numbers.add(next().payload().text()), "a message came twice");
        }
        assertEquals(0, received.size());
    }

    private static void publish(MqttClient client, int from) throws Exception {
        List<Publication> all = new ArrayList<>();
        for (int i = from; i < from + MESSAGES; i++) {
            all.add(client.publish("t/x", QoS.EXACTLY_ONCE, "m" + i));
        }
        for (Publication publication : all) {
            assertFalse(Clients.get(publication).isError());
        }
    }

    private void exchangeALargeMessage(String uri, int bytes) throws Exception {
        byte[] content = new byte[bytes];
        new Random(1).nextBytes(content);
        MqttClient client = clients.connect(Clients.builder(uri, ProtocolVersion.MQTT_5));
        Clients.get(client.subscribe("large", QoS.EXACTLY_ONCE, received::add));
        Payload payload = Payload.copyOf(content);
        Clients.get(client.publish(Message.of(TopicName.of("large"), QoS.EXACTLY_ONCE, payload)));
        assertEquals(payload, next().payload());
    }

    private ReceivedMessage next() throws InterruptedException {
        ReceivedMessage message = received.poll(Clients.PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("No message came");
        }
        return message;
    }
}
