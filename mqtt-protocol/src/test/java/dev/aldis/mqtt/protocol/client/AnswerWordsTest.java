package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ObservationOptions;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.PublishResult;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.api.SubscribeResult;
import dev.aldis.mqtt.api.UnsubscribeResult;
import dev.aldis.mqtt.api.UserProperty;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.UnsubAck;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reason String and User Properties of every answer reach the application. */
@Timeout(60)
class AnswerWordsTest {

    private static final Diagnostics WORDS =
            Diagnostics.of("because", List.of(new UserProperty("k", "1"), new UserProperty("k", "2")));

    private final ClientFixture fixture = new ClientFixture();

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    private static ConnAck connAck(ReasonCode code) {
        return new ConnAck(
                false, code, new ConnAckProperties(-1, -1, null, ServerLimits.NONE, null, null, null, WORDS));
    }

    @Test
    void ofConnack() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        var connect = client.connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        link.send(connAck(ReasonCode.SUCCESS));
        assertEquals(WORDS, ClientFixture.get(connect).diagnostics());

        MqttClient refused = fixture.client(fixture.builder());
        var second = refused.connect();
        Link other = fixture.server.nextLink();
        other.expect(Connect.class);
        other.send(connAck(ReasonCode.QUOTA_EXCEEDED));
        ConnectionException failure = assertInstanceOf(ConnectionException.class, ClientFixture.failure(second));
        assertEquals(WORDS, failure.diagnostics());
        assertEquals(ReasonCode.QUOTA_EXCEEDED, failure.reasonCode().orElseThrow());
    }

    @Test
    void ofDisconnect() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        fixture.connected(client).send(new Disconnect(ReasonCode.SERVER_SHUTTING_DOWN, -1, null, WORDS));
        ConnectionException cause = assertInstanceOf(
                ConnectionException.class,
                fixture.await(ClientEvent.ConnectionLost.class).cause());
        assertEquals(WORDS, cause.diagnostics());
        assertEquals(ReasonCode.SERVER_SHUTTING_DOWN, cause.reasonCode().orElseThrow());
    }

    @Test
    void makeNoLineOfTheirOwnInALog() throws Exception {
        List<String> trace = new CopyOnWriteArrayList<>();
        MqttClient client = fixture.client(fixture.builder()
                .observation(ObservationOptions.NONE.withPacketTrace(packet -> trace.add(packet.toString()))));
        Diagnostics forged = Diagnostics.of("bye)\n2026-01-01 INFO: all is well", List.of());
        fixture.connected(client).send(new Disconnect(ReasonCode.SERVER_SHUTTING_DOWN, -1, null, forged));
        ClientEvent.ConnectionLost lost = fixture.await(ClientEvent.ConnectionLost.class);
        assertEquals(forged, ((ConnectionException) lost.cause()).diagnostics());
        trace.add(lost.toString());
        assertEquals(
                List.of(),
                trace.stream().filter(line -> line.lines().count() != 1).toList());
        assertEquals(
                2,
                trace.stream().filter(line -> line.contains("bye)\\u000a2026")).count(),
                trace::toString);
    }

    @Test
    void ofPubackAndPubrec() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        Publication qos1 = client.publish("a", QoS.AT_LEAST_ONCE, "x");
        link.send(new PubAck(link.expect(Publish.class).packetIdentifier(), ReasonCode.NO_MATCHING_SUBSCRIBERS, WORDS));
        assertEquals(new PublishResult(ReasonCode.NO_MATCHING_SUBSCRIBERS, WORDS), ClientFixture.get(qos1));
        Publication qos2 = client.publish("a", QoS.EXACTLY_ONCE, "x");
        link.send(new PubRec(link.expect(Publish.class).packetIdentifier(), ReasonCode.QUOTA_EXCEEDED, WORDS));
        assertEquals(new PublishResult(ReasonCode.QUOTA_EXCEEDED, WORDS), ClientFixture.get(qos2));
    }

    @Test
    void ofPubcompWhichLeavesTheReasonCodeOfPubrec() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        Publication qos2 = client.publish("a", QoS.EXACTLY_ONCE, "x");
        int identifier = link.expect(Publish.class).packetIdentifier();
        link.send(new PubRec(identifier, ReasonCode.NO_MATCHING_SUBSCRIBERS, Diagnostics.NONE));
        link.expect(PubRel.class);
        link.send(new PubComp(identifier, ReasonCode.SUCCESS, WORDS));
        assertEquals(new PublishResult(ReasonCode.NO_MATCHING_SUBSCRIBERS, WORDS), ClientFixture.get(qos2));
    }

    @Test
    void ofSubackAndUnsuback() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        CompletableFuture<SubscribeResult> subscribe = client.subscribe("a", QoS.AT_LEAST_ONCE, message -> {});
        link.send(
                new SubAck(link.expect(Subscribe.class).packetIdentifier(), List.of(ReasonCode.QUOTA_EXCEEDED), WORDS));
        assertEquals(WORDS, ClientFixture.get(subscribe).diagnostics());
        CompletableFuture<UnsubscribeResult> unsubscribe = client.unsubscribe("a");
        link.send(new UnsubAck(
                link.expect(Unsubscribe.class).packetIdentifier(), List.of(ReasonCode.NO_SUBSCRIPTION_EXISTED), WORDS));
        assertEquals(WORDS, ClientFixture.get(unsubscribe).diagnostics());
    }
}
