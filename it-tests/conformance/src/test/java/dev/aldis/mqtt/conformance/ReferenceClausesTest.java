package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that names another one (section 4.11). */
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class ReferenceClausesTest extends PeerTest {

    private static void refer(ScriptedPeer.Connection connection, ReasonCode code, ScriptedPeer to) throws Exception {
        connection.expect(Connect.class);
        String reference = "127.0.0.1:" + to.port() + " elsewhere.example:1883";
        connection.send(new ConnAck(
                false,
                code,
                new ConnAckProperties(-1, -1, null, ServerLimits.NONE, null, reference, null, Diagnostics.NONE)));
        assertEquals(List.of(), connection.untilEnd());
    }

    @Clause({"U-4.11"})
    @ParameterizedTest
    @EnumSource(names = {"USE_ANOTHER_SERVER", "SERVER_MOVED"})
    void theFirstServerOfAReferenceIsGoneTo(ReasonCode code) throws Exception {
        ScriptedPeer asked = peer(ProtocolVersion.MQTT_5);
        ScriptedPeer named = peer(ProtocolVersion.MQTT_5);
        MqttClient client = client(builder(asked, ProtocolVersion.MQTT_5).followRedirects(2));
        CompletableFuture<?> connected = client.connect();
        refer(asked.next(), code, named);
        ScriptedPeer.Connection connection = named.accept(false);
        get(connected);
        connection.send(new Disconnect(code, -1, "127.0.0.1:" + asked.port(), Diagnostics.NONE));
        assertEquals(List.of(), connection.untilEnd());
        asked.accept(true);
    }

    @Clause({"U-4.11"})
    @ParameterizedTest
    @EnumSource(names = {"USE_ANOTHER_SERVER", "SERVER_MOVED"})
    void whoDoesNotAskToFollowIsToldOnly(ReasonCode code) throws Exception {
        ScriptedPeer asked = peer(ProtocolVersion.MQTT_5);
        ScriptedPeer named = peer(ProtocolVersion.MQTT_5);
        MqttClient client = client(builder(asked, ProtocolVersion.MQTT_5));
        CompletableFuture<?> connected = client.connect();
        refer(asked.next(), code, named);
        ExecutionException failure = assertThrows(ExecutionException.class, () -> get(connected));
        ConnectionException cause = assertInstanceOf(ConnectionException.class, failure.getCause());
        assertEquals(code, cause.reasonCode().orElseThrow());
        client.connect();
        asked.accept(false);
    }
}
