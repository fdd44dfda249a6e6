package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.TransportAttempt;
import dev.aldis.mqtt.spi.transport.TransportListener;
import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.TransportRequest;
import java.util.Locale;
import java.util.Set;

/**
 * The transport for {@code mqtt} (TCP, port 1883 unless the URI says another). All instances in a process share their event
 * loops.
 */
public final class NettyTransportProvider implements TransportProvider {

    private static final int USUAL_PORT = 1883;

    /** For {@link java.util.ServiceLoader}. */
    public NettyTransportProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("mqtt");
    }

    @Override
    public EventLoop acquireEventLoop() {
        return SharedLoops.acquire();
    }

    @Override
    public TransportAttempt connect(TransportRequest request, EventLoop eventLoop, TransportListener listener) {
        String scheme = String.valueOf(request.server().getScheme()).toLowerCase(Locale.ROOT);
        if (!schemes().contains(scheme)) {
            throw new IllegalArgumentException("The scheme '" + scheme + "' is none of " + schemes());
        }
        Endpoint endpoint =
                new Endpoint(ServerAddress.of(request.server(), USUAL_PORT), null, request.connectTimeout());
        return connect(endpoint, eventLoop, listener);
    }

    private static TransportAttempt connect(Endpoint endpoint, EventLoop eventLoop, TransportListener listener) {
        boolean ours = eventLoop instanceof NettyEventLoop;
        NettyEventLoop lease =
                eventLoop instanceof NettyEventLoop lent ? SharedLoops.acquireAgain(lent) : SharedLoops.acquire();
        Delivery delivery = ours ? new DirectDelivery(listener) : new HandOverDelivery(eventLoop, listener);
        ConnectAttempt attempt = new ConnectAttempt(endpoint, lease, delivery);
        attempt.start();
        return attempt;
    }
}
