package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.Credentials;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.EnhancedAuthentication;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What {@code SECURITY.md} says of a hostile server: it cannot make the client spend more than its limits, or hang. */
class HostileServerTest extends PeerTest {

    private static final int MOST_TRIES = 20;
    private static final int LIMIT_BYTES = 4 << 10;

    private ScriptedPeer.Connection connect() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        CompletableFuture<?> connected = client(builder(peer, ProtocolVersion.MQTT_5)
                        .limits(ClientLimits.DEFAULT.withMaximumPacketSizeBytes(LIMIT_BYTES)))
                .connect();
        ScriptedPeer.Connection connection = peer.accept(false);
        get(connected);
        return connection;
    }

    private static void expectDisconnect(ScriptedPeer.Connection connection, ReasonCode code) throws Exception {
        List<ControlPacket> packets = connection.untilEnd();
        assertEquals(1, packets.size(), packets::toString);
        assertEquals(code, assertInstanceOf(Disconnect.class, packets.get(0)).reasonCode());
    }

    @Test
    void aHugeLengthIsRefusedAtItsLastByte() throws Exception {
        ScriptedPeer.Connection connection = connect();
        connection.sendHex("30 ff ff ff 7f"); // 256 MiB are announced, nothing else is sent.
        expectDisconnect(connection, ReasonCode.PACKET_TOO_LARGE);
    }

    @Test
    void aLengthInFourBytesAndMoreIsRefused() throws Exception {
        ScriptedPeer.Connection connection = connect();
        connection.sendHex("30 ff ff ff ff 01");
        expectDisconnect(connection, ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void aFloodOfPropertiesIsRefusedByItsSize() throws Exception {
        ScriptedPeer.Connection connection = connect();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] property = {0x26, 0, 1, 'k', 0, 1, 'v'};
        while (body.size() < 2 * LIMIT_BYTES) {
            body.writeBytes(property);
        }
        int properties = body.size();
        int remaining = 3 + 2 + properties;
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(0x30);
        packet.write((remaining & 0x7F) | 0x80);
        packet.write(remaining >> 7);
        packet.writeBytes(new byte[] {0, 1, 't'});
        packet.write((properties & 0x7F) | 0x80);
        packet.write(properties >> 7);
        packet.writeBytes(body.toByteArray());
        connection.send(packet.toByteArray());
        expectDisconnect(connection, ReasonCode.PACKET_TOO_LARGE);
    }

    @Test
    void aTopicAliasThatWasNotAllowedIsRefused() throws Exception {
        ScriptedPeer.Connection connection = connect();
        connection.sendHex("30 07 00 01 74 03 23 ff ff");
        expectDisconnect(connection, ReasonCode.TOPIC_ALIAS_INVALID);
    }

    @Test
    void authWithoutAMethodIsRefusedAndNotAnswered() throws Exception {
        ScriptedPeer.Connection connection = connect();
        connection.sendHex("f0 06 18 04 15 00 01 4d");
        List<ControlPacket> packets = connection.untilEnd();
        assertTrue(packets.stream().allMatch(packet -> packet instanceof Disconnect), packets::toString);
    }

    /** Answers each question with the same word. */
    private static final class Answering implements EnhancedAuthentication {

        static final AuthenticationExchange EXCHANGE = new AuthenticationExchange("ENDLESS", Payload.of("more"));

        @Override
        public String method() {
            return EXCHANGE.method();
        }

        @Override
        public Exchange begin() {
            return new Exchange() {
                @Override
                public CompletionStage<Optional<Payload>> first() {
                    return CompletableFuture.completedFuture(Optional.empty());
                }

                @Override
                public CompletionStage<Optional<Payload>> next(Optional<Payload> data) {
                    return CompletableFuture.completedFuture(data);
                }

                @Override
                public void finish(Optional<Payload> data) {
                    // Every server is who it should be.
                }
            };
        }
    }

    /** Asks for more, as often as the client answers, and returns how often that was. */
    private static int askForEver(ScriptedPeer.Connection connection) throws Exception {
        int answers = 0;
        Optional<ControlPacket> answer;
        do {
            try {
                connection.send(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, Answering.EXCHANGE, Diagnostics.NONE));
            } catch (IOException ended) {
                return answers;
            }
            answer = connection.nextOrEnd();
            answers++;
        } while (answer.filter(Auth.class::isInstance).isPresent());
        return answers;
    }

    private MqttClient withASecondToConnect(ScriptedPeer peer) {
        return client(builder(peer, ProtocolVersion.MQTT_5)
                .enhancedAuthentication(new Answering())
                .connectTimeout(Duration.ofSeconds(1))
                .reconnect(ReconnectPolicy.NEVER));
    }

    @Test
    void aServerThatAsksForEverBeforeConnAckIsGivenUpInTime() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MqttClient client = withASecondToConnect(peer);
        int answers = 0;
        // A machine that stalls leaves no time for several.
        for (int tries = 0; tries < MOST_TRIES && answers < 2; tries++) {
            Attempt attempt = connectWithin(client, peer);
            answers = askForEver(attempt.connection());
            failureOf(attempt.connected());
        }
        assertTrue(answers > 1);
    }

    @Test
    void aServerThatAsksForEverWhenAuthenticatingAgainIsGivenUpInTime() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        MqttClient client = withASecondToConnect(peer);
        int answers = 0;
        for (int tries = 0; tries < MOST_TRIES && answers < 2; tries++) {
            answers = answersWhenAuthenticatingAgain(client, peer);
        }
        assertTrue(answers > 1);
    }

    private static int answersWhenAuthenticatingAgain(MqttClient client, ScriptedPeer peer) throws Exception {
        Attempt attempt = connectWithin(client, peer);
        ScriptedPeer.Connection connection = attempt.connection();
        try {
            connection.send(new ConnAck(
                    false,
                    ReasonCode.SUCCESS,
                    new ConnAckProperties(
                            -1, -1, null, ServerLimits.NONE, null, null, Answering.EXCHANGE, Diagnostics.NONE)));
            get(attempt.connected());
        } catch (IOException | ExecutionException tooLate) {
            return 0;
        }
        CompletableFuture<?> again = client.reauthenticate();
        int answers = connection.nextOrEnd().filter(Auth.class::isInstance).isPresent() ? askForEver(connection) : 0;
        failureOf(again);
        return answers;
    }

    @Test
    void aConnAckThatDripsIsGivenUpInTime() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        Attempt attempt = connectWithin(withASecondToConnect(peer), peer);
        attempt.connection().sendHex("20 03"); // And never the rest.
        attempt.connection().untilEnd();
        failureOf(attempt.connected());
    }

    @Test
    @SuppressWarnings("FutureReturnValueIgnored") // It would complete only with an accepted connection.
    void aServerThatRefusesEachConnectionIsNotStormed() throws Exception {
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        BlockingQueue<Duration> delays = new LinkedBlockingQueue<>();
        MqttClient client = client(builder(peer, ProtocolVersion.MQTT_5)
                .reconnect(ReconnectPolicy.DEFAULT
                        .withRetryFirstConnect(true)
                        .withDelays(Duration.ofMillis(20), Duration.ofSeconds(10)))
                .listener(event -> {
                    if (event instanceof ClientEvent.Reconnecting next) {
                        delays.add(next.delay());
                    }
                }));
        client.connect();
        for (int i = 0; i < 5; i++) {
            ScriptedPeer.Connection connection = peer.next();
            connection.expect(Connect.class);
            connection.send(new ConnAck(false, ReasonCode.SERVER_BUSY, ConnAckProperties.NONE));
            connection.untilEnd();
        }
        assertGrow(delays);
    }

    @Test
    void secretsStandInNoTextAndNoError() throws Exception {
        String secret = "pass-word-of-the-test";
        Credentials credentials = Credentials.of("user", Payload.of(secret));
        assertFalse(credentials.toString().contains(secret));
        ScriptedPeer peer = peer(ProtocolVersion.MQTT_5);
        CompletableFuture<?> connected = client(builder(peer, ProtocolVersion.MQTT_5)
                        .credentials(credentials)
                        .reconnect(ReconnectPolicy.NEVER))
                .connect();
        ScriptedPeer.Connection connection = peer.next();
        Connect connect = connection.expect(Connect.class);
        assertFalse(connect.toString().contains(secret), connect::toString);
        connection.send(new ConnAck(false, ReasonCode.BAD_USER_NAME_OR_PASSWORD, ConnAckProperties.NONE));
        Throwable failure = connected.handle((result, error) -> error).get(60, TimeUnit.SECONDS);
        assertInstanceOf(MqttException.class, failure);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            assertFalse(cause.toString().contains(secret), cause::toString);
        }
    }
}
