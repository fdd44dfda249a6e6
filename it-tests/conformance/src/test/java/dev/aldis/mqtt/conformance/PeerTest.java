package dev.aldis.mqtt.conformance;

import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReconnectPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }
}
