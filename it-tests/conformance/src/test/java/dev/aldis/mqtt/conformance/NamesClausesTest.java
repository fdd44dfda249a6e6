package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Topic Names, Topic Filters and other text, on their way to the wire and from it. */
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the peer gets.
class NamesClausesTest extends PeerTest {

    private static final String LONGEST = "x".repeat(65_533) + "\u00e4";
    private static final List<String> NO_TEXT = List.of("", "a\0", "\ud800", "a\udc00b", LONGEST + "x");
    private static final List<String> NO_NAMES = List.of("#", "+", "a/+/b", "a/#", "a#");
    private static final List<String> NO_FILTERS = List.of("a#", "a/#/b", "##", "#/a", "a+", "+a", "a/b+c", "a/++");
    private static final List<String> NO_SHARED_FILTERS =
            List.of("$share//a", "$share/g", "$share/g/", "$share/+/a", "$share/g#/a", "$share/g/a#");

    /** Not forbidden, but to be avoided: control characters and what Unicode keeps free. */
    private static final String DISALLOWED = "a\u0001\u007f\u009f\ufdd0\uffff\ud83f\udffe";

    private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();
    private MqttClient client;

    private ScriptedPeer.Connection connect(ProtocolVersion version) throws Exception {
        ScriptedPeer peer = peer(version);
        client = client(builder(peer, version)
                .reconnect(ReconnectPolicy.NEVER)
                .onMessage("#", message -> handled.add(message.topic().text())));
        CompletableFuture<?> connected = client.connect();
        ScriptedPeer.Connection connection = peer.accept(false);
        get(connected);
        return connection;
    }

    private static void assertRefused(Runnable attempt) {
        assertThrows(IllegalArgumentException.class, attempt::run);
    }

    @Clause(
            value = {
                "MQTT-1.5.4-1",
                "MQTT-1.5.4-2",
                "U-1.5.4",
                "MQTT-3.3.2-1",
                "MQTT-3.3.2-2",
                "MQTT-3.1.3-11",
                "MQTT-4.7.0-1",
                "MQTT-4.7.3-1",
                "MQTT-4.7.3-2",
                "MQTT-4.7.3-3"
            },
            v311 = {
                "MQTT-1.5.3-1",
                "MQTT-1.5.3-2",
                "U-1.5.3",
                "MQTT-3.3.2-1",
                "MQTT-3.3.2-2",
                "MQTT-3.1.3-10",
                "MQTT-4.7.1-1",
                "MQTT-4.7.3-1",
                "MQTT-4.7.3-2",
                "MQTT-4.7.3-3"
            })
    @ParameterizedTest
    @EnumSource
    void noOtherTopicNameLeavesThanTheStandardAllows(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection connection = connect(version);
        for (List<String> wrong : List.of(NO_TEXT, NO_NAMES)) {
            for (String name : wrong) {
                assertRefused(() -> client.publish(name, QoS.AT_MOST_ONCE, "x"));
                assertRefused(() -> Will.of(Message.of(name, QoS.AT_MOST_ONCE, "x")));
            }
        }
        for (String name : List.of("a", "/", "a//b", "$SYS/a", "\u00e4\ud83d\ude80", LONGEST)) {
            int before = connection.bytes().length;
            client.publish(name, QoS.AT_MOST_ONCE, "x");
            connection.expect(Publish.class);
            WirePacket packet = WirePacket.from(connection.bytes(), before).get(0);
            assertEquals(name, packet.text());
        }
    }

    @Clause(
            value = {
                "MQTT-3.8.3-1",
                "MQTT-3.10.3-1",
                "MQTT-4.7.1-1",
                "MQTT-4.7.1-2",
                "MQTT-4.7.3-1",
                "MQTT-4.7.3-2",
                "MQTT-4.7.3-3"
            },
            v311 = {
                "MQTT-3.8.3-1",
                "MQTT-3.10.3-1",
                "MQTT-4.7.1-2",
                "MQTT-4.7.1-3",
                "MQTT-4.7.3-1",
                "MQTT-4.7.3-2",
                "MQTT-4.7.3-3"
            })
    @ParameterizedTest
    @EnumSource
    void noOtherTopicFilterLeavesThanTheStandardAllows(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection connection = connect(version);
        for (List<String> wrong : List.of(NO_TEXT, NO_FILTERS)) {
            for (String filter : wrong) {
                assertRefused(() -> client.subscribe(filter, QoS.AT_MOST_ONCE, message -> {}));
                assertRefused(() -> client.unsubscribe(filter));
            }
        }
        expectOnTheWire(connection, List.of("#", "a/#", "+/#", "+", "+/a", "a/+/b", "/+", LONGEST));
    }

    private void expectOnTheWire(ScriptedPeer.Connection connection, List<String> filters) throws Exception {
        for (String filter : filters) {
            client.subscribe(filter, QoS.AT_MOST_ONCE, message -> {});
            assertEquals(
                    filter,
                    connection
                            .expect(Subscribe.class)
                            .subscriptions()
                            .get(0)
                            .topicFilter()
                            .text());
            client.unsubscribe(filter);
            assertEquals(
                    filter,
                    connection.expect(Unsubscribe.class).topicFilters().get(0).text());
        }
    }

    @Clause({"MQTT-4.8.2-1", "MQTT-4.8.2-2"})
    @Test
    void noOtherSharedSubscriptionLeavesThanTheStandardAllows() throws Exception {
        ScriptedPeer.Connection connection = connect(ProtocolVersion.MQTT_5);
        for (String filter : NO_SHARED_FILTERS) {
            assertRefused(() -> client.subscribe(filter, QoS.AT_MOST_ONCE, message -> {}));
            assertRefused(() -> client.unsubscribe(filter));
        }
        expectOnTheWire(connection, List.of("$share/g/a", "$share/g//x", "$share/g/#", "$share/g/+/a"));
    }

    @Clause({"MQTT-3.3.2-13", "MQTT-3.3.2-14", "MQTT-3.3.2-19", "MQTT-4.7.0-1", "MQTT-1.5.7-1", "U-1.5.6"})
    @Test
    void propertiesAreTextWhereTheyAreText() throws Exception {
        ScriptedPeer.Connection connection = connect(ProtocolVersion.MQTT_5);
        for (List<String> wrong : List.of(NO_TEXT, NO_NAMES)) {
            for (String name : wrong) {
                assertRefused(() -> MessageProperties.builder().responseTopic(TopicName.of(name)));
            }
        }
        for (String wrong : NO_TEXT.subList(1, NO_TEXT.size())) {
            assertRefused(() -> MessageProperties.builder().contentType(wrong));
            assertRefused(() -> MessageProperties.builder().userProperty(wrong, "v"));
            assertRefused(() -> MessageProperties.builder().userProperty("k", wrong));
        }
        assertRefused(() -> MessageProperties.builder().correlationData(Payload.of("d".repeat(65_536))));
        MessageProperties properties = MessageProperties.builder()
                .responseTopic(TopicName.of(LONGEST))
                .contentType(LONGEST)
                .correlationData(Payload.of("d".repeat(65_535)))
                .userProperty("k", "\u00e4")
                .userProperty("k", "")
                .build();
        int before = connection.bytes().length;
        client.publish(Message.of("a", QoS.AT_MOST_ONCE, "x").withProperties(properties));
        assertEquals(properties, connection.expect(Publish.class).message().properties());
        WirePacket packet = WirePacket.from(connection.bytes(), before).get(0);
        packet.text();
        Map<Integer, List<byte[]>> values = packet.properties();
        assertEquals(2 + 65_535, values.get(0x08).get(0).length);
        assertEquals(2 + 65_535, values.get(0x09).get(0).length);
        assertEquals(2, values.get(0x26).size());
    }

    @Clause({"U-3.3.2.1", "MQTT-3.3.2-1"})
    @Test
    void aTopicNameIsEmptyOnlyBesideAnAlias() throws Exception {
        ScriptedPeer.Connection connection = connect(ProtocolVersion.MQTT_5);
        connection.sendHex("30 04 00 00 00 78");
        assertEquals(List.of(Disconnect.of(ReasonCode.PROTOCOL_ERROR)), connection.untilEnd());
    }

    @Clause(
            value = {"U-1.5.4-disallowed", "U-5.4.9"},
            v311 = {"U-1.5.3-disallowed"})
    @ParameterizedTest
    @EnumSource
    void aCharacterThatIsBetterAvoidedEndsNoConnection(ProtocolVersion version) throws Exception {
        ScriptedPeer.Connection connection = connect(version);
        connection.send(new Publish(Message.of(DISALLOWED, QoS.AT_MOST_ONCE, "x"), 0, false, 0, List.of()));
        assertEquals(DISALLOWED, handled.poll(60, TimeUnit.SECONDS));
        client.publish(DISALLOWED, QoS.AT_MOST_ONCE, "x");
        assertEquals(
                DISALLOWED, connection.expect(Publish.class).message().topic().text());
    }
}
