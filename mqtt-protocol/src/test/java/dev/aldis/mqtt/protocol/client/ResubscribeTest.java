package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.SubscribeResult;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ResubscribeTest {

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void aClientSubscribesAgainWhenTheServerHasLostTheSession(ProtocolVersion version) throws Exception {
        try (ClientFixture fixture = new ClientFixture(new ScriptedServer(version))) {
            MqttClient client = fixture.client(fixture.builder().protocolVersion(version));
            Link first = fixture.connected(client);
            CompletableFuture<SubscribeResult> subscribe = client.subscribe("a/#", QoS.EXACTLY_ONCE, message -> {});
            answer(first);
            ClientFixture.get(subscribe);

            first.cut(null);
            Link second = fixture.server.acceptNext(false);
            List<Subscription> again = answer(second);
            assertEquals(List.of(Subscription.of("a/#", QoS.EXACTLY_ONCE)), again);
            assertEquals(
                    List.of(ReasonCode.GRANTED_QOS_2),
                    fixture.await(ClientEvent.Resubscribed.class).result().reasonCodes());
        }
    }

    @Test
    void aRefusalToSubscribeAgainIsAnEventWithItsReason() throws Exception {
        try (ClientFixture fixture = new ClientFixture()) {
            MqttClient client = fixture.client(fixture.builder());
            Link first = fixture.connected(client);
            CompletableFuture<SubscribeResult> subscribe = client.subscribe("a/#", QoS.EXACTLY_ONCE, message -> {});
            answer(first);
            ClientFixture.get(subscribe);

            first.cut(null);
            Link second = fixture.server.acceptNext(false);
            answer(second, ReasonCode.NOT_AUTHORIZED);
            fixture.await(ClientEvent.SessionLost.class);
            SubscribeResult result =
                    fixture.await(ClientEvent.Resubscribed.class).result();
            assertTrue(result.isError());
            assertEquals(List.of(ReasonCode.NOT_AUTHORIZED), result.reasonCodes());
        }
    }

    private static List<Subscription> answer(Link link) throws InterruptedException {
        return answer(link, ReasonCode.GRANTED_QOS_2);
    }

    private static List<Subscription> answer(Link link, ReasonCode code) throws InterruptedException {
        Subscribe subscribe = link.expect(Subscribe.class);
        link.send(new SubAck(subscribe.packetIdentifier(), List.of(code), Diagnostics.NONE));
        return subscribe.subscriptions();
    }
}
