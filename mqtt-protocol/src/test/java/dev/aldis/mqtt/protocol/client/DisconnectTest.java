package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientState;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.DisconnectOptions;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.RequestException;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.api.UserProperty;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class DisconnectTest {

    private static final Diagnostics WORDS = Diagnostics.of("maintenance", List.of(new UserProperty("by", "me")));

    private final ClientFixture fixture = new ClientFixture();

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    @Test
    void disconnectSaysWhatItWasToldToSay() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        CompletableFuture<Void> done = client.disconnect(DisconnectOptions.DEFAULT
                .withReasonCode(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE)
                .withSessionExpirySeconds(7)
                .withDiagnostics(WORDS));
        assertEquals(
                new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE, 7, null, WORDS), link.expect(Disconnect.class));
        assertNull(ClientFixture.get(done));
    }

    @Test
    void wordsThatDoNotFitIntoTheServersMaximumPacketSizeAreLeftOut() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        ServerLimits small = new ServerLimits(10, 20, 0, QoS.EXACTLY_ONCE, true, true, true, true);
        link.send(new ConnAck(
                false,
                ReasonCode.SUCCESS,
                new ConnAckProperties(-1, -1, null, small, null, null, null, Diagnostics.NONE)));
        ClientFixture.get(connect);
        client.disconnect(DisconnectOptions.DEFAULT.withDiagnostics(WORDS));
        assertEquals(
                Diagnostics.of("maintenance", List.of()),
                link.expect(Disconnect.class).diagnostics());
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9})
    void aSessionExpiryThatDoesNotFitFailsTheCallAndNothingElse(int maximumPacketSize) throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        ServerLimits small = new ServerLimits(10, maximumPacketSize, 0, QoS.EXACTLY_ONCE, true, true, true, true);
        link.send(new ConnAck(
                false,
                ReasonCode.SUCCESS,
                new ConnAckProperties(-1, -1, null, small, null, null, null, Diagnostics.NONE)));
        ClientFixture.get(connect);
        CompletableFuture<Void> asked = client.disconnect(
                DisconnectOptions.DEFAULT.withDiagnostics(WORDS).withSessionExpirySeconds(7));
        if (maximumPacketSize == 9) { // What it takes without words.
            assertEquals(7, link.expect(Disconnect.class).sessionExpirySeconds());
            ClientFixture.get(asked);
            return;
        }
        RequestException failure = assertInstanceOf(RequestException.class, ClientFixture.failure(asked));
        assertEquals(ReasonCode.PACKET_TOO_LARGE, failure.reasonCode().orElseThrow());
        assertTrue(String.valueOf(failure.getMessage()).contains("Maximum Packet Size is 8"), failure.toString());
        assertEquals(ClientState.CONNECTED, client.state());
        ClientFixture.get(client.disconnect());
        assertEquals(-1, link.expect(Disconnect.class).sessionExpirySeconds());
    }

    @Test
    void aSessionThatEndsWithItsConnectionCannotBeKeptAfterAll() {
        MqttClient client = fixture.client(fixture.builder().sessionExpirySeconds(0));
        assertThrows(
                IllegalArgumentException.class,
                () -> client.disconnect(DisconnectOptions.DEFAULT.withSessionExpirySeconds(1)));
    }

    @Test
    void aReasonThatIsNotTheApplicationsIsRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> DisconnectOptions.DEFAULT.withReasonCode(ReasonCode.MALFORMED_PACKET));
        assertThrows(
                IllegalArgumentException.class,
                () -> DisconnectOptions.DEFAULT.withReasonCode(ReasonCode.SERVER_MOVED));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void quiesceWaitsForWhatWasPublishedBefore(boolean stored) throws Exception {
        MqttClient client =
                fixture.client(stored ? fixture.builder().persistence("memory:quiesce-test") : fixture.builder());
        Link link = fixture.connected(client);
        Publication publication = client.publish("a", QoS.AT_LEAST_ONCE, "x");
        CompletableFuture<Void> done = client.disconnect(DisconnectOptions.DEFAULT.withQuiesce(Duration.ofSeconds(60)));
        int identifier = link.expect(Publish.class).packetIdentifier();
        Publication later = client.publish("a", QoS.AT_MOST_ONCE, "later");
        link.expect(Publish.class);
        ClientFixture.get(later);
        assertEquals(ClientState.DISCONNECTING, client.state());
        assertFalse(done.isDone());
        link.send(PubAck.success(identifier));
        ClientFixture.get(publication);
        link.expect(Disconnect.class);
        ClientFixture.get(done);
        assertEquals(ClientState.DISCONNECTED, client.state());
    }

    @Test
    void quiesceEndsAfterItsTime() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        Publication publication = client.publish("a", QoS.AT_LEAST_ONCE, "x");
        link.expect(Publish.class);
        ClientFixture.get(client.disconnect(DisconnectOptions.DEFAULT.withQuiesce(Duration.ofMillis(50))));
        link.expect(Disconnect.class);
        assertFalse(publication.isDone());
    }

    @Test
    void quiesceWithNothingToWaitForDoesNotWait() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = fixture.connected(client);
        ClientFixture.get(client.disconnect(DisconnectOptions.DEFAULT.withQuiesce(Duration.ofDays(1))));
        link.expect(Disconnect.class);
    }

    @Test
    void before5OnlyTheWaitCanBeChosen() throws Exception {
        ScriptedServer server = new ScriptedServer(ProtocolVersion.MQTT_3_1_1);
        try (ClientFixture old = new ClientFixture(server)) {
            MqttClient client = old.client(old.builder().protocolVersion(ProtocolVersion.MQTT_3_1_1));
            CompletableFuture<?> connect = client.connect();
            Link link = server.acceptNext(false);
            ClientFixture.get(connect);
            for (DisconnectOptions options : List.of(
                    DisconnectOptions.DEFAULT.withReasonCode(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE),
                    DisconnectOptions.DEFAULT.withSessionExpirySeconds(7),
                    DisconnectOptions.DEFAULT.withDiagnostics(WORDS))) {
                IllegalArgumentException failure =
                        assertThrows(IllegalArgumentException.class, () -> client.disconnect(options));
                assertTrue(String.valueOf(failure.getMessage()).contains("MQTT_3_1_1"), failure.toString());
            }
            ClientFixture.get(client.disconnect(DisconnectOptions.DEFAULT.withQuiesce(Duration.ofSeconds(1))));
            link.expect(Disconnect.class);
        }
    }
}
