package dev.aldis.mqtt.examples.options;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.ConnectOptions;
import dev.aldis.mqtt.api.Credentials;
import dev.aldis.mqtt.api.Dispatch;
import dev.aldis.mqtt.api.Durability;
import dev.aldis.mqtt.api.EncryptionKeys;
import dev.aldis.mqtt.api.EnhancedAuthentication;
import dev.aldis.mqtt.api.HandlerFailurePolicy;
import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.ObservationOptions;
import dev.aldis.mqtt.api.PacketTrace;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.PersistenceOptions;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ProxyOptions;
import dev.aldis.mqtt.api.PublishRate;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.QueuePolicy;
import dev.aldis.mqtt.api.ReceiveOptions;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.SocketOptions;
import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.api.TransportOptions;
import dev.aldis.mqtt.api.UnmatchedPolicy;
import dev.aldis.mqtt.api.WebSocketOptions;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.examples.logstore.LogStoreProvider;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import javax.crypto.spec.SecretKeySpec;

/** Every option of the builder, at work. */
public final class EveryOption {

    private EveryOption() {}

    /** Connects with every option, and sends a message to itself; tells what came back. */
    public static String run(String server, Path folder) {
        CompletableFuture<String> received = new CompletableFuture<>();
        AtomicLong connections = new AtomicLong();
        MqttClientBuilder builder = MqttClient.builder();
        session(builder, server);
        connection(builder);
        receiving(builder, received);
        storing(builder, folder);
        observing(builder, connections);
        try (MqttClient client = builder.build()) {
            client.connect().join();
            client.subscribe(
                            "options",
                            QoS.EXACTLY_ONCE,
                            message -> received.complete(message.payload().text()))
                    .join();
            client.publish("options", QoS.EXACTLY_ONCE, "all of them").join();
            return received.join();
        }
    }

    /** Who the client is and what the session is. */
    private static void session(MqttClientBuilder builder, String server) {
        builder.server(server)
                .server(URI.create(server))
                .protocolVersion(ProtocolVersion.MQTT_5)
                .clientIdentifier("everyoption")
                .cleanStart(true)
                .sessionExpirySeconds(60)
                .keepAliveSeconds(30)
                .credentials(Credentials.of("me", Payload.of("secret")))
                .will(Will.of(Message.of("options/will", QoS.AT_LEAST_ONCE, "gone")))
                .connectUserProperty("program", "every option")
                .connectOptions((attempt, configured) ->
                        CompletableFuture.completedFuture(attempt.number() == 1 ? configured : ConnectOptions.NONE))
                .lostSession(LostSessionPolicy.FAIL);
    }

    /** How connections are made. */
    private static void connection(MqttClientBuilder builder) {
        builder.transport(TransportOptions.DEFAULT
                        .withSocket(SocketOptions.DEFAULT.withTcpNoDelay(true))
                        .withProxy(ProxyOptions.DIRECT)
                        .withWebSocket(WebSocketOptions.DEFAULT.withHeader("X-Program", "every option")))
                .tls(TlsOptions.DEFAULT)
                .connectTimeout(Duration.ofSeconds(30))
                .reconnect(ReconnectPolicy.DEFAULT.withRetryFirstConnect(true).withMaximumAttempts(5))
                .followRedirects(2)
                .topicAliases(100, 10)
                .responseTopic("options/responses")
                .limits(ClientLimits.DEFAULT.withReceiveMaximum(100).withMaximumInFlight(50));
    }

    /** What happens to messages from the server. */
    private static void receiving(MqttClientBuilder builder, CompletableFuture<String> received) {
        builder.onMessage("options/early", message -> received.complete("early"))
                .onUnmatched(message -> received.complete("unmatched"))
                .receive(
                        ReceiveOptions.DEFAULT.withDispatch(Dispatch.byTopic(2)).withUnmatched(UnmatchedPolicy.HOLD))
                .handlerFailure(HandlerFailurePolicy.SKIP)
                .handlerExecutor(ForkJoinPool.commonPool())
                .resultExecutor(ForkJoinPool.commonPool());
    }

    /** Where messages are kept: the second call takes the place of the first. */
    private static void storing(MqttClientBuilder builder, Path folder) {
        builder.persistence("memory:options")
                .persistence(PersistenceOptions.of(
                                new LogStoreProvider(),
                                URI.create("log:" + folder.toUri().getRawPath()))
                        .withEncryption(EncryptionKeys.of("first", new SecretKeySpec(new byte[32], "AES")))
                        .withDurability(Durability.PROCESS))
                .queue(QueuePolicy.DEFAULT)
                .publishRate(PublishRate.perSecond(1_000));
    }

    /** What is seen of the client. */
    private static void observing(MqttClientBuilder builder, AtomicLong connections) {
        builder.listener(event -> Objects.requireNonNull(event))
                .observation(ObservationOptions.NONE
                        .withPacketTrace(PacketTrace.toLog())
                        .withPublications(true)
                        .withStatistics(
                                Duration.ofSeconds(1),
                                statistics ->
                                        connections.set(statistics.connections().accepted())));
    }

    /** Options that the server of {@link #run} has no use for: a version that it chooses, and a method of authentication. */
    public static UnaryOperator<MqttClientBuilder> others(EnhancedAuthentication authentication) {
        return builder -> builder.protocolVersionAuto().enhancedAuthentication(authentication);
    }
}
