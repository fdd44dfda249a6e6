package dev.aldis.mqtt.transport.websocket;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.WebSocketOptions;
import dev.aldis.mqtt.transport.netty.ChannelLayer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketClientCompressionHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** WebSocket between TLS and the client, for one attempt to connect. */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write ends the channel, which is told once, at its end.
final class WebSocketLayer implements ChannelLayer {

    /** [MQTT-6.0.0-3]. */
    private static final String SUBPROTOCOL = "mqtt";

    /** The page that comes with a refusal; a longer one is no use in an error. */
    private static final int LARGEST_ANSWER_BYTES = 1 << 20;

    private static final long NO_LIMIT_MILLIS = TimeUnit.DAYS.toMillis(365);

    private final Handshake handshake;
    private final WebSocketOptions options;
    private volatile Map<String, String> headers;

    WebSocketLayer(Handshake handshake, WebSocketOptions options) {
        this.handshake = handshake;
        this.options = options;
        this.headers = options.headers();
    }

    @Override
    public CompletionStage<?> prepare() {
        Supplier<CompletionStage<Map<String, String>>> supplier =
                options.headerSupplier().orElse(null);
        if (supplier == null) {
            return CompletableFuture.completedFuture(null);
        }
        CompletionStage<Map<String, String>> asked;
        try {
            asked = supplier.get();
        } catch (RuntimeException e) {
            asked = CompletableFuture.failedStage(e);
        }
        return asked.handle((given, failure) -> {
            headers = merged(given, failure);
            return null;
        });
    }

    private Map<String, String> merged(@Nullable Map<String, String> given, @Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (given == null) {
            throw new ConnectionException(
                    "The headers for the WebSocket of " + handshake.host() + " could not be had from the application: "
                            + (cause == null ? "it gave null" : cause),
                    cause);
        }
        Map<String, String> all = new LinkedHashMap<>(options.headers());
        given.forEach((name, value) -> {
            try {
                WebSocketOptions.checkHeader(name, value);
            } catch (IllegalArgumentException e) {
                throw new ConnectionException(String.valueOf(e.getMessage()), e);
            }
            all.keySet().removeIf(name::equalsIgnoreCase);
            all.put(name, value);
        });
        return all;
    }

    @Override
    public void addTo(ChannelPipeline pipeline) {
        pipeline.addLast(new HttpClientCodec());
        pipeline.addLast(new HttpObjectAggregator(LARGEST_ANSWER_BYTES));
        if (options.compression()) {
            pipeline.addLast(new WebSocketClientCompressionHandler(options.maximumFrameBytes()));
        }
        options.pingInterval()
                .map(Duration::toMillis)
                .ifPresent(millis -> pipeline.addLast(new IdleStateHandler(0, millis, 0, TimeUnit.MILLISECONDS)));
        // In front of the handler that answers.
        pipeline.addLast(new PingLimit());
        pipeline.addLast(new WebSocketClientProtocolHandler(configuration()));
        pipeline.addLast(new FrameHandler(handshake));
    }

    private WebSocketClientProtocolConfig configuration() {
        HttpHeaders all = new DefaultHttpHeaders().set(HttpHeaderNames.HOST, handshake.host());
        headers.forEach(all::set);
        return WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(handshake.uri())
                .subprotocol(SUBPROTOCOL)
                .customHeaders(all)
                .generateOriginHeader(false)
                .allowExtensions(options.compression())
                .maxFramePayloadLength(options.maximumFrameBytes())
                // The frame handler answers a Close frame, and says what was in it.
                .handleCloseFrames(false)
                .sendCloseFrame(null)
                .withUTF8Validator(false)
                // The attempt has its own timer, which covers more.
                .handshakeTimeoutMillis(NO_LIMIT_MILLIS)
                .build();
    }

    @Override
    public boolean isReady(Object userEvent) {
        return userEvent == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE;
    }

    @Override
    public void writeFarewell(Channel channel) {
        channel.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
    }
}
