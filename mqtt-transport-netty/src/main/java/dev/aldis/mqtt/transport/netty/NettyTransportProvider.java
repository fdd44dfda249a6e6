package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.spi.transport.EventLoop;
import dev.aldis.mqtt.spi.transport.TransportAttempt;
import dev.aldis.mqtt.spi.transport.TransportListener;
import dev.aldis.mqtt.spi.transport.TransportProvider;
import dev.aldis.mqtt.spi.transport.TransportRequest;
import java.util.Locale;
import java.util.Set;

/**
 * The transport for {@code mqtt} (TCP, port 1883 unless the URI says another) and {@code mqtts} (TLS, port 8883). All instances in a process share their event
 * loops.
 */
public final class NettyTransportProvider implements TransportProvider {

    private static final String PLAIN = "mqtt";
    private static final String SECURED = "mqtts";
    private static final int PLAIN_PORT = 1883;
    private static final int SECURED_PORT = 8883;

    /** For {@link java.util.ServiceLoader}. */
    public NettyTransportProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of(PLAIN, SECURED);
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
        boolean secured = scheme.equals(SECURED);
        ServerAddress address = ServerAddress.of(request.server(), secured ? SECURED_PORT : PLAIN_PORT);
        Endpoint endpoint = new Endpoint(address, secured ? request.tls() : null, request.connectTimeout());
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
