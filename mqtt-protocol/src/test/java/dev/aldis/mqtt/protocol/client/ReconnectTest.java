package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ClientState;
import dev.aldis.mqtt.api.ConnectAttempt;
import dev.aldis.mqtt.api.ConnectOptions;
import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Credentials;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.api.UserProperty;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a client comes back: to which server, with what, and what the application hears of it. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class ReconnectTest {

    private static final URI FIRST = URI.create("script://one/path");
    private static final URI SECOND = URI.create("script://two/path");

    private final ClientFixture fixture = new ClientFixture();
    private final BlockingQueue<ConnectAttempt> attempts = new LinkedBlockingQueue<>();
    private final BlockingQueue<CompletableFuture<ConnectOptions>> answers = new LinkedBlockingQueue<>();

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    @SuppressWarnings("NullAway") // poll() that gives null fails the test.
    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        return queue.poll(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static ConnAck refusal(ReasonCode code, String reference) {
        return new ConnAck(
                false,
                code,
                new ConnAckProperties(
                        -1,
                        -1,
                        null,
                        ServerLimits.NONE,
                        null,
                        reference,
                        null,
                        Diagnostics.of("words", List.of(new UserProperty("k", "v")))));
    }

    @Test
    void aFailedServerIsFollowedByTheNextOneAndAfterAStableConnectionTheFirstComesFirst() throws Exception {
        MqttClient client = fixture.client(fixture.builder()
                .server(SECOND)
                .reconnect(ReconnectPolicy.DEFAULT
                        .withDelays(Duration.ZERO, Duration.ZERO)
                        .withStableAfter(Duration.ZERO)));
        CompletableFuture<?> connect = client.connect();
        Link first = fixture.server.nextLink();
        assertEquals(URI.create(ScriptedServer.SERVER), first.server);
        first.cut(new IOException("no route"));
        Link second = fixture.server.acceptNext(false);
        assertEquals(SECOND, second.server);
        ClientFixture.get(connect);
        second.cut(null);
        assertEquals(URI.create(ScriptedServer.SERVER), fixture.server.acceptNext(true).server);
    }

    @Test
    void everyStepOfALostConnectionIsAnEventWithItsCause() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        link.cut(new IOException());
        fixture.server.acceptNext(true);
        fixture.await(ClientEvent.Connecting.class);
        fixture.await(ClientEvent.Connected.class);
        ConnectionException cause = assertInstanceOf(
                ConnectionException.class,
                fixture.await(ClientEvent.ConnectionLost.class).cause());
        assertTrue(String.valueOf(cause.getMessage()).contains("java.io.IOException"), cause.toString());
        fixture.await(ClientEvent.Reconnecting.class);
        assertEquals(2, fixture.await(ClientEvent.Connecting.class).attempt());
        fixture.await(ClientEvent.Connected.class);
        client.disconnect();
        assertFalse(
                String.valueOf(fixture.await(ClientEvent.Stopped.class).cause().getMessage())
                        .isBlank());
    }

    @Test
    void theClientGivesUpAfterTheMaximumOfAttempts() throws Exception {
        MqttClient client = fixture.client(fixture.builder()
                .reconnect(ReconnectPolicy.DEFAULT
                        .withDelays(Duration.ZERO, Duration.ZERO)
                        .withRetryFirstConnect(true)
                        .withMaximumAttempts(3)));
        CompletableFuture<?> connect = client.connect();
        for (int i = 0; i < 3; i++) {
            fixture.server.nextLink().cut(new IOException("attempt " + i));
        }
        assertTrue(String.valueOf(ClientFixture.failure(connect).getMessage()).contains("attempt 2"));
        assertEquals(ClientState.DISCONNECTED, client.state());
    }

    // --- options of each attempt

    private MqttClient suppliedClient(Duration timeout) {
        return fixture.client(fixture.builder()
                .connectTimeout(timeout)
                .credentials(Credentials.ofUserName("configured"))
                .connectOptions((attempt, configured) -> {
                    assertEquals(
                            "configured",
                            configured.credentials().orElseThrow().userName().orElseThrow());
                    attempts.add(attempt);
                    CompletableFuture<ConnectOptions> answer = new CompletableFuture<>();
                    answers.add(answer);
                    return answer;
                }));
    }

    @Test
    void eachAttemptSaysWhatTheSupplierAnswersWhenItCan() throws Exception {
        MqttClient client = suppliedClient(Duration.ofSeconds(60));
        CompletableFuture<?> connect = client.connect();
        assertEquals(new ConnectAttempt(URI.create(ScriptedServer.SERVER), 1, ProtocolVersion.MQTT_5), next(attempts));
        Credentials token = Credentials.of("me", Payload.of("token 1"));
        next(answers).complete(ConnectOptions.NONE.withCredentials(token));
        Link link = fixture.server.nextLink();
        assertEquals(token, link.expect(Connect.class).credentials());
        link.send(new ConnAck(false, ReasonCode.SUCCESS, ConnAckProperties.NONE));
        ClientFixture.get(connect);

        link.cut(null);
        List<UserProperty> properties = List.of(new UserProperty("a", "b"));
        next(answers).complete(ConnectOptions.NONE.withUserProperties(properties));
        Connect second = fixture.server.nextLink().expect(Connect.class);
        assertNull(second.credentials());
        assertEquals(properties, second.properties().userProperties());
    }

    @Test
    void aTokenThatHasExpiredIsNoReasonToStop() throws Exception {
        MqttClient client = suppliedClient(Duration.ofSeconds(60));
        client.connect();
        next(answers).complete(ConnectOptions.NONE);
        Link link = fixture.server.acceptNext(false);
        link.send(new Disconnect(ReasonCode.NOT_AUTHORIZED, -1, null, Diagnostics.NONE));
        next(answers).complete(ConnectOptions.NONE);
        Link refusing = fixture.server.nextLink();
        refusing.expect(Connect.class);
        refusing.send(new ConnAck(false, ReasonCode.BAD_USER_NAME_OR_PASSWORD, ConnAckProperties.NONE));
        next(answers).complete(ConnectOptions.NONE);
        fixture.server.acceptNext(true);
    }

    @Test
    void aSupplierThatFailsIsTheCauseOfAFailedAttempt() throws Exception {
        MqttClient client = suppliedClient(Duration.ofSeconds(60));
        CompletableFuture<?> connect = client.connect();
        IOException failure = new IOException("no token");
        next(answers).completeExceptionally(failure);
        Throwable cause = ClientFixture.failure(connect);
        assertTrue(String.valueOf(cause.getMessage()).contains("no token"), cause.toString());
        assertEquals(failure, cause.getCause());
    }

    @Test
    void aSupplierThatThrowsIsTheCauseOfAFailedAttempt() throws Exception {
        MqttClient client = fixture.client(fixture.builder().connectOptions((attempt, configured) -> {
            throw new IllegalArgumentException("thrown");
        }));
        Throwable cause = ClientFixture.failure(client.connect());
        assertTrue(String.valueOf(cause.getMessage()).contains("thrown"), cause.toString());
    }

    @Test
    void aSupplierThatNeverAnswersIsGivenUpWithTheAttempt() throws Exception {
        MqttClient client = suppliedClient(Duration.ofMillis(100));
        Throwable cause = ClientFixture.failure(client.connect());
        assertTrue(String.valueOf(cause.getMessage()).contains("within PT0.1S"), cause.toString());
        assertEquals(ClientState.DISCONNECTED, client.state());
        // Its late answer is for nobody.
        next(answers).complete(ConnectOptions.NONE);
        ClientFixture.get(client.disconnect());
    }

    // --- disconnect and close in each state

    @Test
    void disconnectIsLegalWhileTheSupplierIsAsked() throws Exception {
        MqttClient client = suppliedClient(Duration.ofSeconds(60));
        CompletableFuture<?> connect = client.connect();
        next(answers);
        ClientFixture.get(client.disconnect());
        ClientFixture.failure(connect);
        assertEquals(ClientState.DISCONNECTED, client.state());
    }

    @Test
    void disconnectIsLegalBeforeTheTransportHasConnected() throws Exception {
        fixture.server.accept(false);
        MqttClient client = fixture.client(fixture.builder());
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        ClientFixture.get(client.disconnect());
        ClientFixture.failure(connect);
        assertTrue(link.endedByClient);
    }

    @Test
    void disconnectIsLegalBeforeConnack() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        ClientFixture.get(client.disconnect());
        ClientFixture.failure(connect);
        assertTrue(link.endedByClient);
    }

    @Test
    void disconnectIsLegalWhileWaitingForTheNextAttempt() throws Exception {
        MqttClient client = fixture.client(fixture.builder()
                .reconnect(ReconnectPolicy.DEFAULT.withDelays(Duration.ofHours(1), Duration.ofHours(1))));
        fixture.connected(client).cut(null);
        fixture.await(ClientEvent.Reconnecting.class);
        assertEquals(ClientState.RECONNECTING, client.state());
        CompletableFuture<?> waiting = client.connect();
        ClientFixture.get(client.disconnect());
        ClientFixture.failure(waiting);
        assertEquals(ClientState.DISCONNECTED, client.state());
        ClientFixture.get(client.disconnect());
        client.connect();
        fixture.server.nextLink();
    }

    @Test
    void closeIsLegalInEachState() throws Exception {
        List<MqttClient> clients = new ArrayList<>();
        MqttClient asking = suppliedClient(Duration.ofSeconds(60));
        asking.connect();
        next(answers);
        clients.add(asking);
        clients.add(fixture.client(fixture.builder()));
        MqttClient waiting = fixture.client(fixture.builder()
                .reconnect(ReconnectPolicy.DEFAULT.withDelays(Duration.ofHours(1), Duration.ofHours(1))));
        fixture.connected(waiting).cut(null);
        fixture.await(ClientEvent.Reconnecting.class);
        clients.add(waiting);
        MqttClient open = fixture.client(fixture.builder());
        fixture.connected(open);
        clients.add(open);
        MqttClient unanswered = fixture.client(fixture.builder());
        unanswered.connect();
        fixture.server.nextLink().expect(Connect.class);
        clients.add(unanswered);
        fixture.server.accept(false);
        MqttClient opening = fixture.client(fixture.builder());
        opening.connect();
        fixture.server.nextLink();
        clients.add(opening);
        for (MqttClient client : clients) {
            assertNull(ClientFixture.get(client.closeAsync()));
            assertNull(ClientFixture.get(client.closeAsync()));
            assertEquals(ClientState.CLOSED, client.state());
        }
        assertEquals(0, fixture.server.loopsInUse.get());
    }

    // --- the server chooses

    @Test
    void theVersionIsLoweredWhereTheServerSaysThatItDoesNotSpeakIt() throws Exception {
        MqttClient client = fixture.client(fixture.builder().protocolVersionAuto());
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        assertEquals(ProtocolVersion.MQTT_5, link.expect(Connect.class).version());
        link.sendBytes(ByteBuffer.wrap(new byte[] {0x20, 2, 0, 1})); // What a server of 3.1.1 answers.
        Link second = fixture.server.nextLink();
        assertEquals(ProtocolVersion.MQTT_3_1_1, second.expect(Connect.class).version());
        second.speak(ProtocolVersion.MQTT_3_1_1);
        second.send(new ConnAck(false, ReasonCode.SUCCESS, ConnAckProperties.NONE));
        ClientFixture.get(connect);
        assertEquals(
                ProtocolVersion.MQTT_3_1_1, client.negotiated().orElseThrow().protocolVersion());
    }

    @Test
    void aReferenceToAnotherServerIsFollowedOnlyIfAllowed() throws Exception {
        MqttClient follower = fixture.client(fixture.builder().followRedirects(1));
        CompletableFuture<?> connect = follower.connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        link.send(refusal(ReasonCode.USE_ANOTHER_SERVER, "other.example:7 third.example"));
        assertEquals(URI.create("script://other.example:7"), fixture.server.acceptNext(false).server);
        ClientFixture.get(connect);

        MqttClient other = fixture.client(fixture.builder());
        CompletableFuture<?> refused = other.connect();
        Link second = fixture.server.nextLink();
        second.expect(Connect.class);
        second.send(refusal(ReasonCode.USE_ANOTHER_SERVER, "other.example:7"));
        ConnectionException failure = assertInstanceOf(ConnectionException.class, ClientFixture.failure(refused));
        assertEquals(ReasonCode.USE_ANOTHER_SERVER, failure.reasonCode().orElseThrow());
        assertEquals(Diagnostics.of("words", List.of(new UserProperty("k", "v"))), failure.diagnostics());
    }

    @Test
    void aReferenceThatNamesNoServerIsAFailedAttempt() throws Exception {
        MqttClient client = fixture.client(fixture.builder().followRedirects(1));
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        link.send(refusal(ReasonCode.SERVER_MOVED, "http://x y/z"));
        Throwable failure = ClientFixture.failure(connect);
        assertTrue(String.valueOf(failure.getMessage()).contains("names no server"), failure.toString());
    }

    @Test
    void aReferenceKeepsSchemeAndPathOfTheServerThatGaveIt() {
        assertEquals(URI.create("script://h:1/path"), ServerReference.resolve("h:1", FIRST));
        assertEquals(URI.create("script://[::1]:1884/path"), ServerReference.resolve(" [::1]:1884 other", FIRST));
    }
}
