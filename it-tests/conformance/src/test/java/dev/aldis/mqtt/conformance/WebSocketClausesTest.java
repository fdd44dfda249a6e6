package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** MQTT over WebSocket (section 6). */
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class WebSocketClausesTest extends PeerTest {

    private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();
    private MqttClient client;
    private CompletableFuture<?> connected;
    private WebSocketLink link;

    private ScriptedPeer.Connection connect(ProtocolVersion version, String path) throws Exception {
        ScriptedPeer peer = peer(version);
        client = client(builder("ws://127.0.0.1:" + peer.port() + path, version)
                .reconnect(ReconnectPolicy.NEVER)
                .onMessage("#", message -> handled.add(message.payload().text())));
        connected = client.connect();
        Socket socket = peer.nextSocket();
        link = new WebSocketLink(socket);
        ScriptedPeer.Connection connection = peer.over(socket, link.input(), link.output());
        connection.expect(Connect.class);
        return connection;
    }

    private static byte[] connAck(ProtocolVersion version) {
        return HexFormat.of().parseHex(version == ProtocolVersion.MQTT_5 ? "2003000000" : "20020000");
    }

    private static byte[] publish(ProtocolVersion version, char content) {
        String properties = version == ProtocolVersion.MQTT_5 ? "00" : "";
        String body = "000161" + properties + HexFormat.of().toHexDigits((byte) content);
        return HexFormat.of().parseHex("300" + body.length() / 2 + body);
    }

    private static byte[] together(byte[] one, byte[] other) {
        byte[] all = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }

    @Clause(
            value = {"MQTT-6.0.0-2", "MQTT-6.0.0-3", "U-6", "MQTT-4.2-1"},
            v311 = {"MQTT-6.0.0-2", "MQTT-6.0.0-3", "MQTT-7.1.2-1"})
    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void packetsAndFramesHaveDifferentBorders(ProtocolVersion version) throws Exception {
        for (String path : List.of("/mqtt", "/", "/any/where?x=y")) {
            ScriptedPeer.Connection connection = connect(version, path);
            assertEquals(path, link.path());
            assertTrue(List.of(link.header("Sec-WebSocket-Protocol").split(", *", -1))
                    .contains("mqtt"));
            for (byte one : connAck(version)) {
                link.frame(WebSocketLink.BINARY, new byte[] {one});
            }
            get(connected);
            byte[] three = together(together(publish(version, 'a'), publish(version, 'b')), publish(version, 'c'));
            link.frame(WebSocketLink.BINARY, Arrays.copyOf(three, three.length - 1));
            assertEquals("a", handled.poll(60, TimeUnit.SECONDS));
            assertEquals("b", handled.poll(60, TimeUnit.SECONDS));
            link.frame(WebSocketLink.BINARY, Arrays.copyOfRange(three, three.length - 1, three.length));
            assertEquals("c", handled.poll(60, TimeUnit.SECONDS));
            client.publish("a", QoS.AT_MOST_ONCE, "x");
            connection.expect(Publish.class);
        }
    }

    @Clause(
            value = {"MQTT-6.0.0-1"},
            v311 = {"MQTT-6.0.0-1"})
    @ParameterizedTest
    @EnumSource(names = {"MQTT_3_1_1", "MQTT_5"})
    void aTextFrameEndsTheConnection(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection connection = connect(version, "/mqtt");
        link.frame(WebSocketLink.BINARY, connAck(version));
        get(connected);
        // Were it binary, this would be a message.
        byte[] text = publish(version, 'x');
        assertEquals(new String(text, StandardCharsets.US_ASCII).length(), text.length);
        link.frame(WebSocketLink.TEXT, text);
        assertFalse(connection.untilEnd().stream().anyMatch(packet -> packet instanceof Publish));
        assertTrue(handled.isEmpty());
    }
}
