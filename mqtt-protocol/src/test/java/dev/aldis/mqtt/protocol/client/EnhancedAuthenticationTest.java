package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.EnhancedAuthentication;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ProtocolViolationException;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.RequestException;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Enhanced authentication and authenticating again (section 4.12), with a method in which everything is asked for. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class EnhancedAuthenticationTest {

    private final ClientFixture fixture = new ClientFixture();
    private final BlockingQueue<CompletableFuture<Optional<Payload>>> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Optional<Payload>> challenges = new LinkedBlockingQueue<>();

    /** What the server's last word must be. */
    private static final Optional<Payload> PROOF = Optional.of(Payload.of("proof"));

    private final EnhancedAuthentication method = new EnhancedAuthentication() {
        @Override
        public String method() {
            return "M";
        }

        @Override
        public Exchange begin() {
            return new Exchange() {
                @Override
                public CompletionStage<Optional<Payload>> first() {
                    return CompletableFuture.completedFuture(Optional.of(Payload.of("first")));
                }

                @Override
                public CompletionStage<Optional<Payload>> next(Optional<Payload> data) {
                    CompletableFuture<Optional<Payload>> answer = new CompletableFuture<>();
                    answers.add(answer);
                    challenges.add(data);
                    return answer;
                }

                @Override
                public void finish(Optional<Payload> data) throws IOException {
                    if (!data.equals(PROOF)) {
                        throw new IOException("wrong proof " + data.map(Payload::text));
                    }
                }
            };
        }
    };

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    private static Auth auth(ReasonCode code, String data) {
        return new Auth(code, new AuthenticationExchange("M", Payload.of(data)), Diagnostics.NONE);
    }

    private static ConnAck accepted(String name, String proof) {
        return new ConnAck(
                false,
                ReasonCode.SUCCESS,
                new ConnAckProperties(
                        -1,
                        -1,
                        null,
                        ServerLimits.NONE,
                        null,
                        null,
                        new AuthenticationExchange(name, Payload.of(proof)),
                        Diagnostics.NONE));
    }

    @SuppressWarnings("NullAway") // poll() that gives null fails the test.
    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        return queue.poll(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Connects; once more where the machine stands still until the client's time is over. */
    private Link connected(MqttClient client) throws Exception {
        while (true) {
            CompletableFuture<?> connect = client.connect();
            Link link = fixture.server.nextLink();
            if (isAccepted(link, connect)) {
                return link;
            }
            assertTimedOut(connect);
        }
    }

    private static void assertTimedOut(CompletableFuture<?> connect) throws Exception {
        Throwable failure = ClientFixture.failure(connect);
        assertTrue(String.valueOf(failure.getMessage()).contains("within PT"), failure.toString());
    }

    private boolean isAccepted(Link link, CompletableFuture<?> connect) throws Exception {
        if (!isAsked(link, connect)) {
            return false;
        }
        assertEquals(Optional.of(Payload.of("challenge")), next(challenges));
        next(answers).complete(Optional.of(Payload.of("answer")));
        ControlPacket answer = link.poll(connect);
        if (answer == null) {
            return false;
        }
        assertEquals(auth(ReasonCode.CONTINUE_AUTHENTICATION, "answer"), answer);
        link.send(accepted("M", "proof"));
        return ClientFixture.get(connect.handle((result, failure) -> failure == null));
    }

    /** Whether the application got the server's question before the client's time was over. */
    private boolean isAsked(Link link, CompletableFuture<?> connect) throws Exception {
        ControlPacket first = link.poll(connect);
        if (first == null) {
            return false;
        }
        assertEquals(
                new AuthenticationExchange("M", Payload.of("first")),
                assertInstanceOf(Connect.class, first).properties().authentication());
        link.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "challenge"));
        ClientFixture.until(() -> !challenges.isEmpty() || connect.isDone());
        return !challenges.isEmpty();
    }

    @Test
    void questionsAreAnsweredWhenTheApplicationCanAndTheServerHasTheLastWord() throws Exception {
        MqttClient client = fixture.client(fixture.builder().enhancedAuthentication(method));
        Link link = connected(client);
        ClientFixture.get(client.publish("a", QoS.AT_MOST_ONCE, "x"));
        link.expect(Publish.class);
    }

    @Test
    void aServerThatDoesNotProveItselfGetsNothing() throws Exception {
        MqttClient client = fixture.client(fixture.builder().enhancedAuthentication(method));
        client.publish("a", QoS.AT_LEAST_ONCE, "secret");
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        link.send(accepted("M", "lie"));
        Throwable failure = ClientFixture.failure(connect);
        assertTrue(String.valueOf(failure.getMessage()).contains("wrong proof Optional[lie]"), failure.toString());
        assertTrue(link.endedByClient);
        assertNull(link.poll());
    }

    @Test
    void anotherMethodThanTheClientsIsAViolation() throws Exception {
        MqttClient client = fixture.client(fixture.builder().enhancedAuthentication(method));
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        link.send(accepted("N", "proof"));
        assertInstanceOf(ProtocolViolationException.class, ClientFixture.failure(connect));
    }

    @Test
    void aClientWithoutAMethodIsNotAsked() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        link.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "challenge"));
        assertInstanceOf(ProtocolViolationException.class, ClientFixture.failure(connect));
    }

    @Test
    void anAnswerThatFailsOrNeverComesEndsTheAttempt() throws Exception {
        MqttClient client = fixture.client(fixture.builder().enhancedAuthentication(method));
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        link.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "challenge"));
        next(challenges);
        next(answers).completeExceptionally(new IOException("no key"));
        assertTrue(String.valueOf(ClientFixture.failure(connect).getMessage()).contains("no key"));

        MqttClient patient =
                fixture.client(fixture.builder().enhancedAuthentication(method).connectTimeout(Duration.ofSeconds(2)));
        CompletableFuture<?> second = patient.connect();
        Link other = fixture.server.nextLink();
        while (!isAsked(other, second)) {
            assertTimedOut(second);
            second = patient.connect();
            other = fixture.server.nextLink();
        }
        CompletableFuture<Optional<Payload>> late = next(answers);
        assertTrue(String.valueOf(ClientFixture.failure(second).getMessage()).contains("PT2S"));
        late.complete(Optional.empty());
        assertNull(other.poll());
    }

    @Test
    void theClientAuthenticatesAgainWhileMessagesGoOn() throws Exception {
        MqttClient client = fixture.client(fixture.builder().enhancedAuthentication(method));
        Link link = connected(client);
        CompletableFuture<Diagnostics> again = client.reauthenticate();
        assertEquals(auth(ReasonCode.RE_AUTHENTICATE, "first"), link.expect(Auth.class));
        assertInstanceOf(RequestException.class, ClientFixture.failure(client.reauthenticate()));
        link.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "more"));
        assertEquals(Optional.of(Payload.of("more")), next(challenges));
        ClientFixture.get(client.publish("a", QoS.AT_MOST_ONCE, "x"));
        link.expect(Publish.class);
        next(answers).complete(Optional.empty());
        assertEquals(
                new Auth(ReasonCode.CONTINUE_AUTHENTICATION, new AuthenticationExchange("M", null), Diagnostics.NONE),
                link.expect(Auth.class));
        Diagnostics words = Diagnostics.of("good for another hour", List.of());
        link.send(new Auth(ReasonCode.SUCCESS, new AuthenticationExchange("M", Payload.of("proof")), words));
        assertEquals(words, ClientFixture.get(again));
    }

    @Test
    void aFailureToAuthenticateAgainEndsTheConnection() throws Exception {
        MqttClient client = fixture.client(fixture.builder().enhancedAuthentication(method));
        Link link = connected(client);
        CompletableFuture<Diagnostics> again = client.reauthenticate();
        link.expect(Auth.class);
        link.send(auth(ReasonCode.SUCCESS, "lie"));
        assertInstanceOf(ConnectionException.class, ClientFixture.failure(again));
        link.expect(Disconnect.class);
        fixture.await(ClientEvent.ConnectionLost.class);
    }

    @Test
    void authenticatingAgainHasATimeOut() throws Exception {
        MqttClient client =
                fixture.client(fixture.builder().enhancedAuthentication(method).connectTimeout(Duration.ofSeconds(2)));
        Link link = connected(client);
        CompletableFuture<Diagnostics> again = client.reauthenticate();
        link.expect(Auth.class);
        assertTrue(String.valueOf(ClientFixture.failure(again).getMessage()).contains("PT2S"));
        link.expect(Disconnect.class);
    }

    @Test
    void mistakesAreErrorsAtTheCall() throws Exception {
        MqttClient without = fixture.client(fixture.builder());
        assertThrows(IllegalStateException.class, without::reauthenticate);
        MqttClient with = fixture.client(fixture.builder().enhancedAuthentication(method));
        assertInstanceOf(RequestException.class, ClientFixture.failure(with.reauthenticate()));
        IllegalStateException failure = assertThrows(
                IllegalStateException.class,
                () -> fixture.client(fixture.builder()
                        .protocolVersion(ProtocolVersion.MQTT_3_1_1)
                        .enhancedAuthentication(method)));
        assertTrue(String.valueOf(failure.getMessage()).contains("needs MQTT 5.0"), failure.toString());
    }
}
