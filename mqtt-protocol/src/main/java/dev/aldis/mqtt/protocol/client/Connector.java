package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientConfiguration;
import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.ConnectAttempt;
import dev.aldis.mqtt.api.ConnectOptions;
import dev.aldis.mqtt.api.ConnectOptionsSupplier;
import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.codec.DecoderOptions;
import dev.aldis.mqtt.protocol.engine.Attempt;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.TransportRequest;
import java.net.URI;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Begins the attempts to connect that the engine asks for: where to, what CONNECT is to say, then the transport. On the
 * event loop.
 */
final class Connector {

    private final ClientLoop loop;
    private final ClientConfiguration configuration;
    private final ClientResources resources;
    private final EventLoop eventLoop;
    private final @Nullable Authenticator authenticator;

    Connector(
            ClientLoop loop,
            ClientConfiguration configuration,
            ClientResources resources,
            @Nullable Authenticator authenticator) {
        this.authenticator = authenticator;
        this.loop = loop;
        this.configuration = configuration;
        this.resources = resources;
        this.eventLoop = resources.eventLoop();
    }

    /** A link whose end is told like that of any other, whatever goes wrong before there is a connection. */
    ServerLink open(Attempt attempt) {
        DecoderOptions options = DecoderOptions.client(attempt.version())
                .withMaximumPacketSizeBytes(configuration.limits().maximumPacketSizeBytes())
                .withTopicAliasMaximum(configuration.topicAliasesFromServer());
        ServerLink link = new ServerLink(loop, options);
        try {
            URI configured = configuration.servers().get(attempt.server());
            URI server =
                    attempt.reference() == null ? configured : ServerReference.resolve(attempt.reference(), configured);
            loop.observation().connecting(server.toString(), attempt.number());
            loop.handOver(new ClientEvent.Connecting(server, attempt.number()));
            prepare(link, new ConnectAttempt(server, attempt.number(), attempt.version()));
        } catch (RuntimeException e) {
            fail(link, e);
        }
        return link;
    }

    private void prepare(ServerLink link, ConnectAttempt attempt) {
        ConnectOptions configured = ConnectPackets.configured(configuration);
        ConnectOptionsSupplier supplier = configuration.connectOptionsSupplier().orElse(null);
        if (supplier == null) {
            authenticate(link, attempt, configured);
        } else {
            await(
                    link,
                    "supplier of connect options",
                    supplier.optionsFor(attempt, configured),
                    options -> authenticate(link, attempt, options));
        }
    }

    private void authenticate(ServerLink link, ConnectAttempt attempt, ConnectOptions options) {
        Authenticator present = authenticator;
        if (present == null || attempt.protocolVersion() != ProtocolVersion.MQTT_5) {
            begin(link, attempt, options, null);
        } else {
            await(
                    link,
                    "enhanced authentication",
                    present.begin(),
                    data -> begin(link, attempt, options, present.exchangeWith(data)));
        }
    }

    /** Goes on with the answer of the application, unless the link has ended meanwhile. */
    private <T> void await(ServerLink link, String who, CompletionStage<T> answer, Consumer<T> then) {
        CompletionStage<Void> unused = answer.handle((value, failure) -> {
            loop.submit(new Command() {
                @Override
                public void run() {
                    if (!link.isClosing()) {
                        proceed(link, who, value, failure, then);
                    }
                }
            });
            return null;
        });
    }

    private <T> void proceed(
            ServerLink link, String who, @Nullable T value, @Nullable Throwable failure, Consumer<T> then) {
        if (failure != null || value == null) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            fail(
                    link,
                    new ConnectionException(
                            "The " + who + " failed: " + (cause == null ? "it gave null" : cause), cause));
            return;
        }
        try {
            then.accept(value);
        } catch (RuntimeException e) {
            fail(link, e);
        }
    }

    private void begin(
            ServerLink link,
            ConnectAttempt attempt,
            ConnectOptions options,
            @Nullable AuthenticationExchange authentication) {
        try {
            link.setConnect(ConnectPackets.of(configuration, options, attempt.protocolVersion(), authentication));
        } catch (IllegalStateException e) {
            // The server speaks an earlier version only; the code keeps the client from asking it again.
            throw new ConnectionException(String.valueOf(e.getMessage()), ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
        }
        TransportRequest request =
                new TransportRequest(attempt.server(), configuration.transport(), configuration.connectTimeout());
        link.setAttempt(resources.transport(attempt.server()).connect(request, eventLoop, link));
    }

    private void fail(ServerLink link, RuntimeException cause) {
        eventLoop.execute(() -> link.closed(cause));
    }
}
