package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.Credentials;
import dev.aldis.mqtt.api.DisconnectOptions;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.RequestException;
import dev.aldis.mqtt.api.RetainHandling;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What only MQTT 5.0 has is an error at the call with an earlier version, and is never dropped in silence. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class OptionsOfMqtt5Test {

    private static final MessageProperties PROPERTIES =
            MessageProperties.builder().contentType("text/plain").build();
    private static final Message WITH_PROPERTIES =
            Message.of("a", QoS.AT_LEAST_ONCE, "x").withProperties(PROPERTIES);
    private static final Subscription SUBSCRIPTION = Subscription.of("a", QoS.AT_LEAST_ONCE);

    private final ClientFixture fixture = new ClientFixture();

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    private static void assertNames(Throwable failure, ProtocolVersion version) {
        assertTrue(String.valueOf(failure.getMessage()).contains(version.name()), failure.toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_3_1"})
    void theBuilderRefusesThem(ProtocolVersion version) {
        Stream<Consumer<MqttClientBuilder>> options = Stream.of(
                builder -> builder.connectUserProperty("a", "b"),
                builder -> builder.will(new Will(Message.of("w", QoS.AT_MOST_ONCE, "x"), 1)),
                builder -> builder.will(Will.of(WITH_PROPERTIES)),
                builder -> builder.credentials(Credentials.ofPassword(Payload.of("token"))),
                builder -> builder.followRedirects(1),
                builder -> builder.sessionExpirySeconds(0),
                builder -> builder.sessionExpirySeconds(60),
                builder -> builder.topicAliases(1, 0),
                builder -> builder.topicAliases(0, 1),
                builder -> builder.responseTopic("mine"),
                builder -> builder.limits(ClientLimits.DEFAULT.withReceiveMaximum(10)));
        options.forEach(option -> {
            MqttClientBuilder builder = fixture.builder().protocolVersion(version);
            option.accept(builder);
            assertNames(assertThrows(IllegalStateException.class, () -> fixture.client(builder)), version);
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_3_1"})
    void whatAsksForNothingIsNoMistake(ProtocolVersion version) {
        fixture.client(fixture.builder()
                .protocolVersion(version)
                .topicAliases(5, 5)
                .topicAliases(0, 0)
                .followRedirects(0)
                .limits(ClientLimits.DEFAULT.withMaximumInFlight(5)));
    }

    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_3_1"})
    void eachCallRefusesThem(ProtocolVersion version) {
        MqttClient client = fixture.client(fixture.builder().protocolVersion(version));
        Stream<Runnable> calls = Stream.of(
                () -> client.publish(WITH_PROPERTIES),
                () -> client.subscribe(List.of(SUBSCRIPTION.withNoLocal(true)), message -> {}),
                () -> client.subscribe(List.of(SUBSCRIPTION.withRetainAsPublished(true)), message -> {}),
                () -> client.subscribe(
                        List.of(SUBSCRIPTION.withRetainHandling(RetainHandling.DO_NOT_SEND)), message -> {}),
                () -> client.request(Message.of("a", QoS.AT_LEAST_ONCE, "x"), Duration.ofSeconds(1)),
                () -> client.disconnect(DisconnectOptions.DEFAULT.withSessionExpirySeconds(1)));
        calls.forEach(call -> assertNames(assertThrows(IllegalArgumentException.class, call::run), version));
    }

    private Link connectedWith311(MqttClient client) throws Exception {
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        link.sendBytes(ByteBuffer.wrap(new byte[] {0x20, 2, 0, 1}));
        Link second = fixture.server.nextLink();
        second.expect(Connect.class);
        second.speak(ProtocolVersion.MQTT_3_1_1);
        second.send(new ConnAck(false, ReasonCode.SUCCESS, ConnAckProperties.NONE));
        ClientFixture.get(connect);
        return second;
    }

    @Test
    void whereTheServerChoseTheVersionTheyAreRefusedAsSoonAsItIsKnown() throws Exception {
        MqttClient client = fixture.client(fixture.builder().protocolVersionAuto());
        CompletableFuture<?> early = client.publish(WITH_PROPERTIES);
        connectedWith311(client);
        PublishException failure = assertInstanceOf(PublishException.class, ClientFixture.failure(early));
        assertNames(failure, ProtocolVersion.MQTT_3_1_1);
        assertEquals(
                ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, failure.reasonCode().orElseThrow());
        assertThrows(IllegalArgumentException.class, () -> client.publish(WITH_PROPERTIES));
        assertThrows(
                IllegalArgumentException.class,
                () -> client.subscribe(List.of(SUBSCRIPTION.withNoLocal(true)), message -> {}));
    }

    @Test
    void connectOptionsThatTheChosenVersionDoesNotHaveEndTheAttempt() throws Exception {
        MqttClient client =
                fixture.client(fixture.builder().protocolVersionAuto().connectUserProperty("a", "b"));
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        link.sendBytes(ByteBuffer.wrap(new byte[] {0x20, 2, 0, 1}));
        assertTrue(String.valueOf(ClientFixture.failure(connect).getMessage()).contains("needs MQTT 5.0"));
    }

    @Test
    void aSubscriptionMadeBeforeTheVersionWasKnownIsRefusedWithoutConnection() throws Exception {
        MqttClient client = fixture.client(fixture.builder().protocolVersionAuto());
        assertInstanceOf(
                RequestException.class,
                ClientFixture.failure(client.subscribe(List.of(SUBSCRIPTION.withNoLocal(true)), message -> {})));
    }
}
