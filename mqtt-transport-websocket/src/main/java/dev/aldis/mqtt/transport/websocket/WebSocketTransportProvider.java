package dev.aldis.mqtt.transport.websocket;

import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.TransportAttempt;
import dev.aldis.mqtt.spi.transport.TransportListener;
import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.TransportRequest;
import dev.aldis.mqtt.transport.netty.NettyTransport;
import dev.aldis.mqtt.transport.netty.Scheme;
import java.util.Locale;
import java.util.Set;

/**
 * The transport for {@code ws} (port 80 unless the URI says another) and {@code wss} (with TLS, port 443), as section 6 of
 * MQTT 5.0 has it. It shares event loops, TLS, proxies and socket options with the Netty transport.
 */
public final class WebSocketTransportProvider implements TransportProvider {

    private static final String PLAIN = "ws";
    private static final String SECURED = "wss";

    /** For {@link java.util.ServiceLoader}. */
    public WebSocketTransportProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of(PLAIN, SECURED);
    }

    @Override
    public EventLoop acquireEventLoop() {
        return NettyTransport.acquireEventLoop();
    }

    @Override
    public TransportAttempt connect(TransportRequest request, EventLoop eventLoop, TransportListener listener) {
        String name = String.valueOf(request.server().getScheme()).toLowerCase(Locale.ROOT);
        Scheme scheme = switch (name) {
            case PLAIN -> new Scheme(80, false);
            case SECURED -> new Scheme(443, true);
            default ->
                throw new IllegalArgumentException(
                        "The scheme '" + name + "' is none of those that this transport serves: " + schemes());
        };
        WebSocketLayer layer = new WebSocketLayer(
                Handshake.of(request.server(), scheme), request.options().webSocket());
        return NettyTransport.connect(request, scheme, layer, eventLoop, listener);
    }
}
