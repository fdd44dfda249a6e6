package dev.aldis.mqtt.protocol.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ClientStatistics;
import dev.aldis.mqtt.api.Credentials;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.ObservationOptions;
import dev.aldis.mqtt.api.PacketTrace;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Publication;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.TracedPacket;
import dev.aldis.mqtt.api.TracedPacket.Direction;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.protocol.client.ScriptedServer.Link;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ConnectProperties;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What can be seen of a client: statistics, packet trace, events of Java Flight Recorder. */
@Timeout(120)
@SuppressWarnings("FutureReturnValueIgnored") // What a test does not wait for shows in what the server gets.
class ObservationTest {

    private final ClientFixture fixture = new ClientFixture();

    @AfterEach
    void closeClients() {
        fixture.close();
    }

    @Test
    void everythingIsCounted() throws Exception {
        BlockingQueue<String> handled = new LinkedBlockingQueue<>();
        MqttClient client = fixture.client(fixture.builder()
                .onMessage("#", message -> handled.add(message.payload().text())));
        Link link = fixture.connected(client);
        Publication qos0 = client.publish("a", QoS.AT_MOST_ONCE, "0");
        Publication good = client.publish("a", QoS.AT_LEAST_ONCE, "good");
        Publication bad = client.publish("a", QoS.AT_LEAST_ONCE, "bad!!");
        link.expect(Publish.class);
        int first = link.expect(Publish.class).packetIdentifier();
        int second = link.expect(Publish.class).packetIdentifier();
        ClientFixture.get(qos0);
        waitFor(client, 0, 2);
        ClientStatistics open = client.statistics();
        assertEquals(new ClientStatistics.Publications(1, 0, 0, 0, 9, 2), open.publications());
        assertEquals(new ClientStatistics.Connections(1, 1, 0, 0), open.connections());
        assertEquals(4, open.sent().packets());
        assertEquals(3, open.sent().messages());
        assertTrue(open.sent().bytes() > 40, open.toString());
        assertEquals(new ClientStatistics.Traffic(1, 5, 0), open.received());

        link.send(PubAck.success(first));
        link.send(new PubAck(second, ReasonCode.NOT_AUTHORIZED, Diagnostics.NONE));
        link.send(new Publish(Message.of("b", QoS.AT_MOST_ONCE, "in"), 0, false, 0, List.of()));
        ClientFixture.get(good);
        ClientFixture.get(bad);
        assertEquals("in", handled.poll(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS));
        link.cut(new IOException("cut"));
        fixture.server.acceptNext(true);
        // The turn that follows shows that the loop has done all before.
        ClientFixture.get(client.publish("a", QoS.AT_MOST_ONCE, "1"));
        ClientFixture.get(client.pendingPublications());
        waitFor(client, 0, 0);
        ClientStatistics closed = client.statistics();
        assertEquals(new ClientStatistics.Connections(2, 2, 1, 1), closed.connections());
        assertEquals(4, closed.publications().completed());
        assertEquals(1, closed.publications().rejected());
        assertEquals(0, closed.publications().inFlight());
        assertEquals(1, closed.received().messages());
        assertEquals(1, closed.deliveries().handedOver());
        assertEquals(2, closed.acknowledgementLatency().count());
        assertTrue(closed.acknowledgementLatency()
                        .percentile(1)
                        .compareTo(closed.acknowledgementLatency().maximum())
                <= 0);
    }

    @Test
    void whatWaitsAndWhatFailsIsCounted() throws Exception {
        MqttClient client = fixture.client(fixture.builder());
        Publication publication = client.publish("a", QoS.AT_LEAST_ONCE, "12345");
        ClientFixture.get(client.pendingPublications());
        assertEquals(new ClientStatistics.Publications(0, 0, 0, 1, 5, 0), waitFor(client, 1, 0));
        publication.cancel(false);
        assertThrows(CancellationException.class, () -> ClientFixture.get(publication));
        assertEquals(new ClientStatistics.Publications(0, 0, 1, 0, 0, 0), waitFor(client, 0, 0));
    }

    /** The gauges are set at the end of a turn, which may be after its results. */
    private static ClientStatistics.Publications waitFor(MqttClient client, long queued, long inFlight) {
        ClientFixture.until(() -> client.statistics().publications().queuedMessages() == queued
                && client.statistics().publications().inFlight() == inFlight);
        return client.statistics().publications();
    }

    @Test
    void statisticsAreToldFromTimeToTimeAlsoWhenTheListenerThrows() throws Exception {
        BlockingQueue<ClientStatistics> told = new LinkedBlockingQueue<>();
        fixture.client(fixture.builder()
                .observation(ObservationOptions.NONE.withStatistics(Duration.ofMillis(1), statistics -> {
                    told.add(statistics);
                    throw new IllegalStateException("for the log");
                })));
        for (int i = 0; i < 3; i++) {
            assertNotNull(told.poll(ClientFixture.PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
    }

    // --- the packet trace

    @Test
    void theTraceShowsEveryPacketAndHidesWhatIsSecret() throws Exception {
        List<TracedPacket> seen = new CopyOnWriteArrayList<>();
        MqttClient client = fixture.client(fixture.builder()
                .credentials(Credentials.of("me", Payload.of("pass-secret")))
                .will(Will.of(Message.of("will", QoS.AT_MOST_ONCE, "will-secret")))
                .observation(ObservationOptions.NONE.withPacketTrace(seen::add)));
        Link link = fixture.connected(client);
        Publication publication = client.publish(Message.of("a", QoS.AT_LEAST_ONCE, "payload-secret")
                .withProperties(MessageProperties.builder()
                        .correlationData(Payload.of("correlation-secret"))
                        .build()));
        link.send(PubAck.success(link.expect(Publish.class).packetIdentifier()));
        ClientFixture.get(publication);
        assertEquals(
                List.of("CONNECT", "CONNACK", "PUBLISH", "PUBACK"),
                seen.stream().map(TracedPacket::type).toList());
        assertEquals(
                List.of(Direction.SENT, Direction.RECEIVED, Direction.SENT, Direction.RECEIVED),
                seen.stream().map(TracedPacket::direction).toList());
        assertFalse(seen.toString().contains("secret"), seen.toString());
        assertTrue(seen.get(0).text().contains("user 'me', password hidden"), seen.toString());
        assertTrue(seen.get(2).toString().startsWith("client -> PUBLISH 'a' QoS 1, id 1"), seen.toString());
        assertTrue(seen.get(2).text().contains("14 bytes"), seen.toString());
    }

    private record ShowingPayloads(List<TracedPacket> seen) implements PacketTrace {
        @Override
        public void on(TracedPacket packet) {
            seen.add(packet);
        }

        @Override
        public boolean showsPayloads() {
            return true;
        }
    }

    @Test
    void theTraceShowsPayloadsWhereThatIsAskedFor() throws Exception {
        List<TracedPacket> seen = new CopyOnWriteArrayList<>();
        MqttClient client = fixture.client(
                fixture.builder().observation(ObservationOptions.NONE.withPacketTrace(new ShowingPayloads(seen))));
        fixture.connected(client);
        ClientFixture.get(client.publish("a", QoS.AT_MOST_ONCE, "shown"));
        assertTrue(seen.get(2).text().contains("5 bytes 'shown'"), seen.toString());
    }

    @Test
    void aTraceThatThrowsHarmsNothing() throws Exception {
        MqttClient client =
                fixture.client(fixture.builder().observation(ObservationOptions.NONE.withPacketTrace(packet -> {
                    throw new IllegalStateException("for the log");
                })));
        fixture.connected(client);
        ClientFixture.get(client.publish("a", QoS.AT_MOST_ONCE, "x"));
    }

    @Test
    void authenticationDataIsHidden() {
        AuthenticationExchange exchange = new AuthenticationExchange("SCRAM", Payload.of("data-secret"));
        PacketText text = new PacketText(true);
        String auth = text.of(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, exchange, Diagnostics.NONE));
        assertEquals("CONTINUE_AUTHENTICATION, authentication 'SCRAM', data hidden", auth);
        ConnectProperties properties =
                new ConnectProperties(0, 65_535, 0xFFFF_FFFFL, 0, false, true, exchange, List.of());
        String connect = text.of(new Connect(ProtocolVersion.MQTT_5, "c", true, 0, properties, null, null));
        assertFalse(connect.contains("secret"), connect);
    }

    // --- Java Flight Recorder

    @Test
    void eventsAppearInARecording(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("dev.aldis.mqtt.Connect");
            recording.enable("dev.aldis.mqtt.StoreCommit");
            recording.enable("dev.aldis.mqtt.Publish");
            recording.enable("dev.aldis.mqtt.SlowHandler").withThreshold(Duration.ZERO);
            recording.start();
            CompletableFuture<Void> handled = new CompletableFuture<>();
            MqttClient client = fixture.client(
                    fixture.builder().persistence("memory:recorded").onMessage("#", message -> handled.complete(null)));
            Link link = fixture.connected(client);
            Publication publication = client.publish("recorded/topic", QoS.AT_LEAST_ONCE, "x");
            link.send(PubAck.success(link.expect(Publish.class).packetIdentifier()));
            ClientFixture.get(publication);
            link.send(new Publish(Message.of("handled/topic", QoS.AT_MOST_ONCE, "in"), 0, false, 0, List.of()));
            ClientFixture.get(handled);
            client.close(); // Afterwards every handler has returned.
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        RecordedEvent connect = only(events, "dev.aldis.mqtt.Connect");
        assertEquals("connected", connect.getString("result"));
        assertEquals(ScriptedServer.SERVER, connect.getString("server"));
        RecordedEvent publish = only(events, "dev.aldis.mqtt.Publish");
        assertEquals("recorded/topic", publish.getString("topic"));
        assertEquals("SUCCESS", publish.getString("outcome"));
        assertTrue(publish.getLong("latency") > 0);
        assertEquals("handled/topic", only(events, "dev.aldis.mqtt.SlowHandler").getString("topic"));
        assertTrue(events.stream()
                .filter(event -> event.getEventType().getName().equals("dev.aldis.mqtt.StoreCommit"))
                .allMatch(event -> event.getBoolean("stored") && event.getInt("changes") > 0));
        assertTrue(events.stream()
                        .filter(event -> event.getEventType().getName().equals("dev.aldis.mqtt.StoreCommit"))
                        .count()
                >= 3);
    }

    private static RecordedEvent only(List<RecordedEvent> events, String name) {
        List<RecordedEvent> found = events.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
        assertEquals(1, found.size(), name);
        return found.get(0);
    }
}
