package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.TransportAttempt;
import dev.aldis.mqtt.spi.transport.TransportListener;
import dev.aldis.mqtt.spi.transport.TransportRequest;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Connections on Netty, for the provider of this module and for transports that ride on it. */
public final class NettyTransport {

    private NettyTransport() {}

    /**
     * Gives one of the loops that all connections of the process share.
     *
     * @return a loop, to be released
     */
    public static EventLoop acquireEventLoop() {
        return SharedLoops.acquire();
    }

    /**
     * The host and the port of a server URI, as people write them.
     *
     * @param server the URI
     * @param scheme says which port is the usual one
     * @return for example {@code localhost:80} or {@code [::1]:80}
     * @throws IllegalArgumentException if the URI names no host, or a port that does not exist
     */
    public static String hostAndPort(URI server, Scheme scheme) {
        return HostAddress.of(server, scheme.usualPort()).toString();
    }

    /**
     * Begins to connect to a host, as {@link dev.aldis.mqtt.spi.transport.TransportProvider#connect} says.
     *
     * @param request where to, and how
     * @param scheme what the scheme of the request means
     * @param layer what lies between TLS and the listener; null if nothing does
     * @param eventLoop where the listener is called
     * @param listener hears of the connection
     * @return the attempt
     * @throws IllegalArgumentException if the URI of the request names no host, or a port that does not exist
     */
    public static TransportAttempt connect(
            TransportRequest request,
            Scheme scheme,
            @Nullable ChannelLayer layer,
            EventLoop eventLoop,
            TransportListener listener) {
        Endpoint endpoint = new Endpoint(
                HostAddress.of(request.server(), scheme.usualPort()),
                scheme.secured(),
                layer,
                request,
                HostLookup.SYSTEM);
        return connect(endpoint, eventLoop, listener);
    }

    static TransportAttempt connect(Endpoint endpoint, EventLoop eventLoop, TransportListener listener) {
        NettyEventLoop lease;
        Delivery delivery;
        if (eventLoop instanceof NettyEventLoop ours) {
            lease = SharedLoops.acquireAgain(ours);
            delivery = new DirectDelivery(listener);
        } else {
            lease = SharedLoops.acquire();
            delivery = new HandOverDelivery(eventLoop, listener);
        }
        ConnectAttempt attempt = new ConnectAttempt(endpoint, lease, delivery);
        attempt.start();
        return attempt;
    }
}
