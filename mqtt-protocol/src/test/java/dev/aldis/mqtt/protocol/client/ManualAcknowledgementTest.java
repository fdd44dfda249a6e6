package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.Delivery;
import dev.aldis.mqtt.api.Delivery.Outcome;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageHandler;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReceiveOptions;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages that the application acknowledges or refuses by itself. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class ManualAcknowledgementTest {

    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    private final MessageHandler manual = MessageHandler.manual(deliveries::add);
    private ClientFixture fixture = new ClientFixture();

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    private Delivery next() throws InterruptedException {
        Delivery delivery = deliveries.poll(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(delivery, "No message came");
        return delivery;
    }

    private static Publish publish(QoS qos, int identifier, String topic) {
        return new Publish(Message.of(topic, qos, "m" + identifier), identifier, false, 0, List.of());
    }

    private static Publish again(Publish first) {
        return new Publish(first.message(), first.packetIdentifier(), true, 0, List.of());
    }

    /** Proves that everything handed to the client before has been dealt with on the loop. */
    private static void marker(MqttClient client, Link link) throws Exception {
        client.publish("marker", QoS.AT_MOST_ONCE, "");
        link.expect(Publish.class);
    }

    @Test
    void acknowledgementsLeaveInTheOrderOfArrival() throws Exception {
        MqttClient client = fixture.client(fixture.builder().onMessage("#", manual));
        Link link = fixture.connected(client);
        for (int i = 1; i <= 3; i++) {
            link.send(publish(QoS.AT_LEAST_ONCE, i, "a"));
        }
        Delivery first = next();
        Delivery second = next();
        Delivery third = next();
        assertEquals(Outcome.TAKEN, third.acknowledge());
        assertEquals(Outcome.TAKEN, second.acknowledge());
        marker(client, link);
        assertNull(link.poll(), "Nothing may leave before the first message is decided");
        assertEquals(Outcome.TAKEN, first.acknowledge());
        for (int i = 1; i <= 3; i++) {
            assertEquals(i, link.expect(PubAck.class).packetIdentifier());
        }
    }

    @Test
    void manyThreadsAcknowledgeInAnyOrderAndTheServerSeesTheOrderOfArrival() throws Exception {
        int count = 900;
        int threads = 4;
        long seed = System.nanoTime();
        MqttClient client = fixture.client(fixture.builder().onMessage("#", manual));
        Link link = fixture.connected(client);
        for (int i = 1; i <= count; i++) {
            link.send(publish(i % 3 == 0 ? QoS.EXACTLY_ONCE : QoS.AT_LEAST_ONCE, i, "a/" + i % 7));
        }
        List<Delivery> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(next());
        }
        Collections.shuffle(all, new Random(seed));
        CountDownLatch start = new CountDownLatch(1);
        List<CompletableFuture<Void>> workers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int from = t;
            workers.add(CompletableFuture.runAsync(() -> {
                await(start);
                for (int i = from; i < count; i += threads) {
                    assertEquals(Outcome.TAKEN, all.get(i).acknowledge());
                }
            }));
        }
        start.countDown();
        for (CompletableFuture<Void> worker : workers) {
            ClientFixture.get(worker);
        }
        List<Integer> acknowledged = new ArrayList<>();
        List<Integer> received = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ControlPacket packet = link.expect(ControlPacket.class);
            if (packet instanceof PubAck ack) {
                acknowledged.add(ack.packetIdentifier());
            } else {
                received.add(assertInstanceOf(PubRec.class, packet).packetIdentifier());
            }
        }
        assertEquals(sorted(acknowledged), acknowledged, "seed " + seed);
        assertEquals(sorted(received), received, "seed " + seed);
        assertEquals(count, acknowledged.size() + received.size(), "seed " + seed);
    }

    private static List<Integer> sorted(List<Integer> identifiers) {
        return identifiers.stream().sorted().toList();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSecondDecisionIsTooLateAndQos0NeedsNone() throws Exception {
        MqttClient client = fixture.client(fixture.builder().onMessage("#", manual));
        Link link = fixture.connected(client);
        link.send(publish(QoS.AT_LEAST_ONCE, 1, "a"));
        Delivery delivery = next();
        assertEquals(Outcome.TAKEN, delivery.acknowledge());
        assertEquals(Outcome.TOO_LATE, delivery.acknowledge());
        assertEquals(Outcome.TOO_LATE, delivery.refuse(ReasonCode.NOT_AUTHORIZED));
        assertEquals(PubAck.success(1), link.expect(PubAck.class));

        link.send(new Publish(Message.of("a", QoS.AT_MOST_ONCE, "x"), 0, false, 0, List.of()));
        Delivery qos0 = next();
        assertEquals(Outcome.NOT_NEEDED, qos0.acknowledge());
        assertEquals(Outcome.NOT_NEEDED, qos0.refuse(ReasonCode.NOT_AUTHORIZED));
        marker(client, link);
        assertNull(link.poll());
    }

    @Test
    void anAcknowledgementOfAnEarlierConnectionDoesNoHarm() throws Exception {
        MqttClient client = fixture.client(fixture.builder().onMessage("#", manual));
        Link link = fixture.connected(client);
        Publish qos1 = publish(QoS.AT_LEAST_ONCE, 1, "a");
        Publish qos2 = publish(QoS.EXACTLY_ONCE, 2, "a");
        link.send(qos1);
        Delivery old1 = next();
        link.send(qos2);
        link.expect(PubRec.class);
        Delivery old2 = next();
        link.cut(null);
        Link second = fixture.server.acceptNext(true);
        fixture.await(ClientEvent.ConnectionLost.class);
        fixture.await(ClientEvent.Connected.class);
        assertEquals(Outcome.TAKEN, old1.acknowledge());
        marker(client, second);
        assertNull(second.poll(), "PUBACK for a PUBLISH of an earlier connection");
        // Another message has the Packet Identifier now: the old decision is not its own.
        second.send(new Publish(Message.of("a", QoS.AT_LEAST_ONCE, "other"), 1, false, 0, List.of()));
        Delivery other = next();
        assertEquals("other", other.payload().text());
        marker(client, second);
        assertNull(second.poll());
        other.acknowledge();
        assertEquals(1, second.expect(PubAck.class).packetIdentifier());
        // QoS 2 goes on where it was: it is handed over once, and its decision counts.
        second.send(again(qos2));
        assertEquals(2, second.expect(PubRec.class).packetIdentifier());
        second.send(PubRel.success(2));
        marker(client, second);
        assertNull(second.poll());
        assertEquals(Outcome.TAKEN, old2.acknowledge());
        assertEquals(2, second.expect(PubComp.class).packetIdentifier());
        assertTrue(deliveries.isEmpty());
    }

    @ParameterizedTest
    @EnumSource(
            value = QoS.class,
            names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
    void refusalReachesTheServerWithItsReason(QoS qos) throws Exception {
        MqttClient client = fixture.client(fixture.builder()
                .receive(ReceiveOptions.DEFAULT.withRefusal(true))
                .onMessage("#", manual));
        Link link = fixture.connected(client);
        link.send(publish(qos, 1, "a"));
        Diagnostics words = Diagnostics.of("full up", List.of());
        Delivery delivery = next();
        marker(client, link);
        assertNull(link.poll(), "PUBREC has to wait for the decision");
        assertEquals(Outcome.TAKEN, delivery.refuse(ReasonCode.QUOTA_EXCEEDED, words));
        ControlPacket answer = link.expect(ControlPacket.class);
        assertEquals(
                qos == QoS.AT_LEAST_ONCE
                        ? new PubAck(1, ReasonCode.QUOTA_EXCEEDED, words)
                        : new PubRec(1, ReasonCode.QUOTA_EXCEEDED, words),
                answer);
        // The identifier is free: the next message with it is a new one.
        link.send(publish(qos, 1, "a"));
        assertEquals(Outcome.TAKEN, next().acknowledge());
        assertEquals(
                qos == QoS.AT_LEAST_ONCE ? PubAck.success(1) : PubRec.success(1), link.expect(ControlPacket.class));
    }

    @Test
    void whatCannotBeRefusedSaysSoAtTheCall() throws Exception {
        MqttClient client = fixture.client(fixture.builder().onMessage("#", manual));
        Link link = fixture.connected(client);
        link.send(publish(QoS.EXACTLY_ONCE, 1, "a"));
        Delivery delivery = next();
        String wrongCode = assertThrows(IllegalArgumentException.class, () -> delivery.refuse(ReasonCode.SERVER_BUSY))
                .getMessage();
        assertTrue(wrongCode.contains("SERVER_BUSY") && wrongCode.contains("QUOTA_EXCEEDED"), wrongCode);
        String afterPubRec = assertThrows(IllegalStateException.class, () -> delivery.refuse(ReasonCode.QUOTA_EXCEEDED))
                .getMessage();
        assertTrue(afterPubRec.contains("withRefusal"), afterPubRec);
        assertEquals(Outcome.TAKEN, delivery.acknowledge(), "A failed call decides nothing");
    }

    @Test
    void earlierVersionsCannotRefuse() throws Exception {
        fixture = new ClientFixture(new ScriptedServer(ProtocolVersion.MQTT_3_1_1));
        MqttClient client = fixture.client(
                fixture.builder().protocolVersion(ProtocolVersion.MQTT_3_1_1).onMessage("#", manual));
        Link link = fixture.connected(client);
        link.send(publish(QoS.AT_LEAST_ONCE, 1, "a"));
        Delivery delivery = next();
        String message = assertThrows(
                        UnsupportedOperationException.class, () -> delivery.refuse(ReasonCode.QUOTA_EXCEEDED))
                .getMessage();
        assertTrue(message.contains("MQTT_3_1_1") && message.contains("MQTT_5"), message);
        assertEquals(Outcome.TAKEN, delivery.acknowledge());
        assertEquals(1, link.expect(PubAck.class).packetIdentifier());
    }

    @Test
    void aMessageOfSeveralHandlersIsAcknowledgedByTheLastOfThem() throws Exception {
        BlockingQueue<Delivery> others = new LinkedBlockingQueue<>();
        BlockingQueue<String> automatic = new LinkedBlockingQueue<>();
        MqttClient client = fixture.client(fixture.builder()
                .onMessage("#", manual)
                .onMessage("a/+", MessageHandler.manual(others::add))
                .onMessage("a/b", message -> automatic.add(message.payload().text())));
        Link link = fixture.connected(client);
        link.send(publish(QoS.AT_LEAST_ONCE, 1, "a/b"));
        assertEquals("m1", automatic.poll(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS));
        Delivery one = next();
        assertEquals(Outcome.TAKEN, one.acknowledge());
        assertEquals(Outcome.TOO_LATE, one.acknowledge(), "One handler does not speak for another");
        marker(client, link);
        assertNull(link.poll());
        assertEquals(Outcome.TAKEN, others.take().refuse(ReasonCode.NOT_AUTHORIZED));
        assertEquals(ReasonCode.NOT_AUTHORIZED, link.expect(PubAck.class).reasonCode());
    }

    @Test
    void afterTheFailureOfItsHandlerAnOldDeliveryCountsNoMore() throws Exception {
        BlockingQueue<Delivery> all = new LinkedBlockingQueue<>();
        MqttClient client = fixture.client(fixture.builder().onMessage("#", MessageHandler.manual(delivery -> {
            all.add(delivery);
            if (!delivery.redelivered()) {
                throw new IllegalStateException("once");
            }
        })));
        Link link = fixture.connected(client);
        link.send(publish(QoS.AT_LEAST_ONCE, 1, "a"));
        Delivery old = all.take();
        Delivery anew = all.take();
        assertEquals(Outcome.TOO_LATE, old.acknowledge());
        marker(client, link);
        assertNull(link.poll());
        assertEquals(Outcome.TAKEN, anew.acknowledge());
        assertEquals(1, link.expect(PubAck.class).packetIdentifier());
    }

    @Test
    void afterCloseADecisionSaysThatNobodyIsTold() throws Exception {
        MqttClient client = fixture.client(fixture.builder().onMessage("#", manual));
        Link link = fixture.connected(client);
        link.send(publish(QoS.AT_LEAST_ONCE, 1, "a"));
        Delivery delivery = next();
        client.close();
        assertEquals(Outcome.CLIENT_CLOSED, delivery.acknowledge());
    }
}
