package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Delivery;
import dev.aldis.mqtt.api.HandlerFailurePolicy;
import dev.aldis.mqtt.api.ManualHandler;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReceiveOptions;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.api.UnmatchedPolicy;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is answered to a message that the application takes late, does not take, or does not want. */
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class DecisionClausesTest extends PeerTest {

    private final BlockingQueue<Delivery> taken = new LinkedBlockingQueue<>();
    private ScriptedPeer peer;
    private MqttClient client;

    private ScriptedPeer.Connection connect(MqttClientBuilder builder) throws Exception {
        client = client(builder);
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false);
        get(connected);
        return connection;
    }

    private static Publish publish(String topic, QoS qos, int identifier) {
        return new Publish(Message.of(topic, qos, "x"), identifier, false, 0, List.of());
    }

    private Delivery next() throws InterruptedException {
        Delivery delivery = taken.poll(60, TimeUnit.SECONDS);
        if (delivery == null) {
            throw new AssertionError("No message came");
        }
        return delivery;
    }

    private void send(ScriptedPeer.Connection connection, QoS qos, int... identifiers) throws Exception {
        List<Delivery> deliveries = new ArrayList<>();
        for (int identifier : identifiers) {
            connection.send(publish("t", qos, identifier));
            deliveries.add(next());
        }
        for (int i = deliveries.size() - 1; i >= 0; i--) {
            deliveries.get(i).acknowledge();
        }
    }

    @Clause(
            value = {"MQTT-4.6.0-2"},
            v311 = {"MQTT-4.6.0-2"})
    @ParameterizedTest
    @EnumSource
    void pubAcksLeaveInTheOrderOfTheMessagesWhateverWasDecidedFirst(ProtocolVersion version) throws Exception {
        peer = peer(version);
        ScriptedPeer.Connection connection = connect(builder(peer, version).onMessage("#", (ManualHandler) taken::add));
        send(connection, QoS.AT_LEAST_ONCE, 9, 2, 7);
        for (int identifier : new int[] {9, 2, 7}) {
            assertEquals(identifier, connection.expect(PubAck.class).packetIdentifier());
        }
    }

    @Clause({"MQTT-4.6.0-3", "MQTT-4.3.3-9", "U-3.4.2.1", "U-3.5.2.1", "MQTT-3.4.2-1", "MQTT-3.5.2-1"})
    @Test
    void aRefusedMessageIsForgottenAndItsIdentifierIsNew() throws Exception {
        peer = peer(ProtocolVersion.MQTT_5);
        ScriptedPeer.Connection connection = connect(builder(peer, ProtocolVersion.MQTT_5)
                .receive(ReceiveOptions.DEFAULT.withRefusal(true))
                .onMessage("#", (ManualHandler) taken::add));
        send(connection, QoS.EXACTLY_ONCE, 9, 2, 7);
        for (int identifier : new int[] {9, 2, 7}) {
            assertEquals(PubRec.success(identifier), connection.expect(PubRec.class));
        }
        for (QoS qos : new QoS[] {QoS.AT_LEAST_ONCE, QoS.EXACTLY_ONCE}) {
            connection.send(publish("t", qos, 5));
            Delivery refused = next();
            for (ReasonCode code : List.of(
                    ReasonCode.SUCCESS, ReasonCode.NO_MATCHING_SUBSCRIBERS, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND)) {
                assertThrows(IllegalArgumentException.class, () -> refused.refuse(code));
            }
            refused.refuse(ReasonCode.QUOTA_EXCEEDED);
            assertEquals(
                    ReasonCode.QUOTA_EXCEEDED,
                    qos == QoS.AT_LEAST_ONCE
                            ? connection.expect(PubAck.class).reasonCode()
                            : connection.expect(PubRec.class).reasonCode());
        }
        connection.send(publish("another", QoS.EXACTLY_ONCE, 5));
        Delivery another = next();
        assertEquals("another", another.topic().text());
        another.acknowledge();
        assertEquals(PubRec.success(5), connection.expect(PubRec.class));
        connection.send(PubRel.success(5));
        assertEquals(PubComp.success(5), connection.expect(PubComp.class));
        assertTrue(taken.isEmpty());
    }

    @Clause(
            value = {"MQTT-4.5.0-2", "MQTT-3.3.4-1", "U-3.3.4-qos", "U-3.4.2.1", "U-3.5.2.1"},
            v311 = {"MQTT-4.5.0-2", "MQTT-3.3.4-1"})
    @ParameterizedTest
    @EnumSource
    void whatNobodyWantsIsAcknowledged(ProtocolVersion version) throws Exception {
        peer = peer(version);
        ScriptedPeer.Connection connection = connect(builder(peer, version)
                .receive(ReceiveOptions.DEFAULT.withUnmatched(UnmatchedPolicy.ACKNOWLEDGE))
                .handlerFailure(HandlerFailurePolicy.SKIP)
                .onMessage("failing", message -> {
                    throw new IllegalStateException("not this one");
                }));
        int identifier = 0;
        for (String topic : List.of("unmatched", "failing")) {
            connection.send(publish(topic, QoS.AT_MOST_ONCE, 0));
            connection.send(publish(topic, QoS.AT_LEAST_ONCE, ++identifier));
            assertEquals(PubAck.success(identifier), connection.expect(PubAck.class));
            connection.send(publish(topic, QoS.EXACTLY_ONCE, ++identifier));
            assertEquals(PubRec.success(identifier), connection.expect(PubRec.class));
            connection.send(PubRel.success(identifier));
            assertEquals(PubComp.success(identifier), connection.expect(PubComp.class));
        }
    }

    @Clause({"U-4.10"})
    @Test
    void anAnswerGoesToTheResponseTopicWithTheCorrelationData() throws Exception {
        peer = peer(ProtocolVersion.MQTT_5);
        ScriptedPeer.Connection connection = connect(builder(peer, ProtocolVersion.MQTT_5)
                .onMessage(
                        "requests",
                        message -> message.response(QoS.AT_MOST_ONCE, Payload.of("answer"))
                                .ifPresent(client::publish)));
        MessageProperties.Builder properties =
                MessageProperties.builder().correlationData(Payload.of("which")).userProperty("k", "v");
        connection.send(publish("requests", QoS.AT_MOST_ONCE, 0));
        connection.send(new Publish(
                Message.of("requests", QoS.AT_MOST_ONCE, "question")
                        .withProperties(properties
                                .responseTopic(TopicName.of("answers"))
                                .build()),
                0,
                false,
                0,
                List.of()));
        assertEquals(
                Message.of("answers", QoS.AT_MOST_ONCE, "answer")
                        .withProperties(MessageProperties.builder()
                                .correlationData(Payload.of("which"))
                                .build()),
                connection.expect(Publish.class).message());
    }

    @Clause(
            value = {"MQTT-4.5.0-2"},
            v311 = {"MQTT-4.5.0-2"})
    @ParameterizedTest
    @EnumSource
    void whatNoHandlerIsForYetIsAcknowledgedWhenThereIsOne(ProtocolVersion version) throws Exception {
        peer = peer(version);
        ScriptedPeer.Connection connection = connect(builder(peer, version));
        connection.send(publish("t", QoS.EXACTLY_ONCE, 1));
        assertEquals(PubRec.success(1), connection.expect(PubRec.class));
        connection.send(publish("t", QoS.AT_LEAST_ONCE, 2));
        client.onMessage("#", message -> {});
        assertEquals(PubAck.success(2), connection.expect(PubAck.class));
        connection.send(PubRel.success(1));
        assertEquals(PubComp.success(1), connection.expect(PubComp.class));
    }
}
