package dev.aldis.mqtt.conformance;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A whole client, through its API and a socket, and a peer that the test plays. */
@Timeout(120)
abstract class PeerTest {

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    final ScriptedPeer peer(ProtocolVersion version) throws IOException {
        ScriptedPeer peer = new ScriptedPeer(version);
        opened.add(peer);
        return peer;
    }

    final MqttClientBuilder builder(ScriptedPeer peer, ProtocolVersion version) {
        return builder(peer.uri(), version);
    }

    final MqttClientBuilder builder(String uri, ProtocolVersion version) {
        MqttClientBuilder builder = MqttClient.builder()
                .server(uri)
                .protocolVersion(version)
                .clientIdentifier("tested")
                .keepAliveSeconds(0)
                .connectTimeout(Duration.ofSeconds(60))
                .reconnect(ReconnectPolicy.DEFAULT.withDelays(Duration.ofMillis(1), Duration.ofMillis(10)));
        return version == ProtocolVersion.MQTT_5 ? builder.sessionExpirySeconds(3_600) : builder;
    }

    final MqttClient client(MqttClientBuilder builder) {
        MqttClient client = builder.build();
        opened.add(client);
        return client;
    }

    /** An attempt to connect that came as far as CONNECT, which has been read. */
    record Attempt(CompletableFuture<?> connected, ScriptedPeer.Connection connection) {}

    /**
     * Connects with a client that has little time for it and tries once. A machine that stalls may use the time up before
     * CONNECT has left; then the client is told to connect again.
     */
    static Attempt connectWithin(MqttClient client, ScriptedPeer peer) throws Exception {
        while (true) {
            CompletableFuture<?> connected = client.connect();
            Optional<Socket> socket = peer.nextSocketUnless(connected::isDone);
            if (socket.isPresent()) {
                ScriptedPeer.Connection connection = peer.over(
                        socket.get(),
                        socket.get().getInputStream(),
                        socket.get().getOutputStream());
                Optional<ControlPacket> first = connection.nextOrEnd();
                if (first.isPresent()) {
                    assertInstanceOf(Connect.class, first.get());
                    return new Attempt(connected, connection);
                }
            }
            assertInstanceOf(ConnectionException.class, failureOf(connected));
        }
    }

    /** That of five delays before connecting again each is longer than the one before. */
    static void assertGrow(BlockingQueue<Duration> delays) throws InterruptedException {
        Duration before = Duration.ZERO;
        for (int i = 0; i < 5; i++) {
            Duration delay = delays.poll(60, TimeUnit.SECONDS);
            assertNotNull(delay, "the delay " + i + " was not told");
            Duration shorter = before;
            assertTrue(delay.compareTo(shorter) > 0, () -> delay + " follows " + shorter);
            before = delay;
        }
    }

    static Throwable failureOf(CompletableFuture<?> future) throws Exception {
        return assertThrows(ExecutionException.class, () -> get(future)).getCause();
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }
}
