package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.TransportAttempt;
import dev.aldis.mqtt.spi.transport.TransportListener;
import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.TransportRequest;
import java.util.Locale;
import java.util.Set;

/**
 * The transport for {@code mqtt} (TCP, port 1883 unless the URI says another), {@code mqtts} (TLS, port 8883) and
 * {@code mqtt+unix} (Unix domain socket: {@code mqtt+unix:///run/broker.sock}). All instances in a process share their event
 * loops.
 */
public final class NettyTransportProvider implements TransportProvider {

    private static final String PLAIN = "mqtt";
    private static final String SECURED = "mqtts";
    private static final String UNIX = "mqtt+unix";

    /** For {@link java.util.ServiceLoader}. */
    public NettyTransportProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of(PLAIN, SECURED, UNIX);
    }

    @Override
    public EventLoop acquireEventLoop() {
        return NettyTransport.acquireEventLoop();
    }

    @Override
    public TransportAttempt connect(TransportRequest request, EventLoop eventLoop, TransportListener listener) {
        String scheme = String.valueOf(request.server().getScheme()).toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case PLAIN -> NettyTransport.connect(request, new Scheme(1883, false), null, eventLoop, listener);
            case SECURED -> NettyTransport.connect(request, new Scheme(8883, true), null, eventLoop, listener);
            case UNIX ->
                NettyTransport.connect(
                        new Endpoint(SocketFile.of(request.server()), false, null, request, HostLookup.SYSTEM),
                        eventLoop,
                        listener);
            default ->
                throw new IllegalArgumentException(
                        "The scheme '" + scheme + "' is none of those that this transport serves: " + schemes());
        };
    }
}
