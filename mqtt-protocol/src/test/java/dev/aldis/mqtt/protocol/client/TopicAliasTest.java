package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Topic Aliases in both directions (section 3.3.2.3.4). The server's decoder resolves them, and refuses wrong ones. */
@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class TopicAliasTest {

    private static final TopicName LONG = TopicName.of("building/7/floor/3/room/12/temperature");

    private final ClientFixture fixture = new ClientFixture();

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    private static ConnAck accepted(int aliases, long packetBytes, boolean present) {
        ServerLimits limits = new ServerLimits(100, packetBytes, aliases, QoS.EXACTLY_ONCE, true, true, true, true);
        return new ConnAck(
                present,
                ReasonCode.SUCCESS,
                new ConnAckProperties(-1, -1, null, limits, null, null, null, Diagnostics.NONE));
    }

    private Link connected(MqttClient client, int aliases, long packetBytes) throws Exception {
        fixture.server.topicAliasMaximum = aliases;
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        link.expect(Connect.class);
        link.send(accepted(aliases, packetBytes, false));
        ClientFixture.get(connect);
        return link;
    }

    private static long sentBytes(MqttClient client, TopicName topic) throws Exception {
        long before = client.statistics().sent().bytes();
        ClientFixture.get(client.publish(Message.of(topic.text(), QoS.AT_MOST_ONCE, "x")));
        // Bytes are counted at the end of the turn; this is answered in a later one.
        ClientFixture.get(client.pendingPublications());
        return client.statistics().sent().bytes() - before;
    }

    @Test
    void aTopicThatRepeatsIsReplacedByItsAlias() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = connected(client, 10, 0xFFFF_FFFFL);
        for (int i = 0; i < 3; i++) {
            client.publish(Message.of(LONG.text(), QoS.AT_LEAST_ONCE, "m" + i));
            Publish publish = link.expect(Publish.class);
            assertEquals(LONG, publish.message().topic());
            assertEquals(1, publish.topicAlias());
        }
        assertEquals(LONG.sizeBytes(), sentBytesOfNew(client, link) - sentBytesOfKnown(client, link));
    }

    private static long sentBytesOfNew(MqttClient client, Link link) throws Exception {
        long bytes = sentBytes(client, TopicName.of(LONG.text().replace("7", "8")));
        assertEquals(2, link.expect(Publish.class).topicAlias());
        return bytes;
    }

    private static long sentBytesOfKnown(MqttClient client, Link link) throws Exception {
        long bytes = sentBytes(client, LONG);
        assertEquals(1, link.expect(Publish.class).topicAlias());
        return bytes;
    }

    @Test
    void aliasesEndWithTheConnectionAndWhatIsSentAgainHasItsTopic() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = connected(client, 10, 0xFFFF_FFFFL);
        for (int i = 0; i < 2; i++) {
            client.publish(Message.of(LONG.text(), QoS.AT_LEAST_ONCE, "m" + i));
            link.expect(Publish.class);
        }
        link.cut(null);
        Link second = fixture.server.nextLink();
        second.expect(Connect.class);
        second.send(accepted(10, 0xFFFF_FFFFL, true));
        for (int i = 0; i < 2; i++) {
            Publish again = second.expect(Publish.class);
            assertTrue(again.duplicate());
            assertEquals(0, again.topicAlias());
            assertEquals(LONG, again.message().topic());
        }
        client.publish(Message.of(LONG.text(), QoS.AT_LEAST_ONCE, "new"));
        assertEquals(1, second.expect(Publish.class).topicAlias());
    }

    @Test
    void noAliasIsSetWhereTheServerOrTheApplicationWantsNone() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Link link = connected(client, 0, 0xFFFF_FFFFL);
        client.publish(Message.of(LONG.text(), QoS.AT_LEAST_ONCE, "x"));
        assertEquals(0, link.expect(Publish.class).topicAlias());

        MqttClient without = fixture.client(fixture.builder().topicAliases(0, 0));
        Link second = connected(without, 10, 0xFFFF_FFFFL);
        without.publish(Message.of(LONG.text(), QoS.AT_LEAST_ONCE, "x"));
        assertEquals(0, second.expect(Publish.class).topicAlias());
    }

    @Test
    void noAliasMakesAPacketLargerThanTheServerTakes() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Message message = Message.of(LONG.text(), QoS.AT_MOST_ONCE, "x");
        long exactly = 2L + 2 + LONG.sizeBytes() + 1 + 1;
        Link link = connected(client, 10, exactly);
        ClientFixture.get(client.publish(message));
        assertEquals(0, link.expect(Publish.class).topicAlias());
    }

    @Test
    void whenAllAreTakenTheOneThatWasNotUsedForLongestGoesToATopicThatComesAgain() {
        OutboundAliases aliases = new OutboundAliases(2);
        TopicName a = TopicName.of("aaaa");
        TopicName b = TopicName.of("bbbb");
        TopicName c = TopicName.of("cccc");
        assertEquals(1, aliases.assign(a));
        assertEquals(2, aliases.assign(b));
        assertEquals(1, aliases.find(a));
        assertEquals(0, aliases.assign(c));
        assertEquals(2, aliases.assign(c));
        assertEquals(0, aliases.find(b));
        assertEquals(1, aliases.find(a));
        assertEquals(2, aliases.find(c));
        assertEquals(0, aliases.assign(TopicName.of("abc")), "it is too short to save anything");
    }

    // --- from the server

    /** PUBLISH with QoS 0, one letter of payload, and an alias. */
    private static ByteBuffer publish(String topic, int alias) {
        byte[] name = topic.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(9 + name.length);
        bytes.put((byte) 0x30).put((byte) (7 + name.length));
        bytes.putShort((short) name.length).put(name);
        bytes.put((byte) 3).put((byte) 0x23).putShort((short) alias).put((byte) 'x');
        return bytes.flip();
    }

    @Test
    void anAliasOfTheServerStandsForItsTopicUntilTheConnectionEnds() throws Exception {
        BlockingQueue<String> topics = new LinkedBlockingQueue<>();
        MqttClient client = fixture.client(fixture.builder()
                .topicAliases(0, 5)
                .onMessage("#", message -> topics.add(message.topic().text())));
        CompletableFuture<?> connect = client.connect();
        Link link = fixture.server.nextLink();
        assertEquals(5, link.expect(Connect.class).properties().topicAliasMaximum());
        link.send(accepted(0, 0xFFFF_FFFFL, false));
        ClientFixture.get(connect);
        link.sendBytes(publish("from/server", 5));
        link.sendBytes(publish("", 5));
        assertEquals("from/server", topics.poll(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals("from/server", topics.poll(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS));
        link.cut(null);
        Link second = fixture.server.acceptNext(true);
        second.sendBytes(publish("", 5));
        assertEquals(ReasonCode.PROTOCOL_ERROR, second.expect(Disconnect.class).reasonCode());
    }

    @Test
    void anAliasBeyondTheMaximumEndsTheConnection() throws Exception {
        MqttClient client = fixture.client(fixture.builder().topicAliases(0, 5));
        Link link = fixture.connected(client);
        link.sendBytes(publish("from/server", 6));
        assertEquals(
                ReasonCode.TOPIC_ALIAS_INVALID, link.expect(Disconnect.class).reasonCode());
    }
}
