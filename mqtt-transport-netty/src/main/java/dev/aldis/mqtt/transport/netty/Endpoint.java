package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.ProxyOptions;
import dev.aldis.mqtt.api.SocketOptions;
import dev.aldis.mqtt.api.TlsOptions;
import dev.aldis.mqtt.spi.transport.TransportRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where to connect to, and how.
 *
 * @param address of the server
 * @param secured whether the connection to a host is secured
 * @param layer what lies between TLS and the listener; null if nothing does
 * @param request with the options, and the timeout for the whole attempt
 * @param lookup of the host
 */
record Endpoint(
        ServerAddress address,
        boolean secured,
        @Nullable ChannelLayer layer,
        TransportRequest request,
        HostLookup lookup) {

    /** Longer than anybody waits, and short enough to be counted in nanoseconds. */
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);

    long timeoutNanos() {
        Duration timeout = request.connectTimeout();
        return (timeout.compareTo(LONGEST_TIMEOUT) < 0 ? timeout : LONGEST_TIMEOUT).toNanos();
    }

    /** How to secure the connection; null if it is not secured. */
    @Nullable
    TlsOptions tls() {
        return secured ? request.options().tls() : null;
    }

    SocketOptions socket() {
        return request.options().socket();
    }

    /** The proxy on the way; null if there is none, as always to a socket file. */
    @Nullable
    ProxyOptions proxy() {
        ProxyOptions proxy = request.options().proxy();
        return proxy.kind() != ProxyOptions.Kind.DIRECT && address instanceof HostAddress ? proxy : null;
    }

    /** What the socket is connected to: the proxy, or else the server. */
    ServerAddress nextHop() {
        ProxyOptions proxy = proxy();
        return proxy == null ? address : new ProxyAddress(new HostAddress(proxy.host(), proxy.port()));
    }

    /** Whose fault a failure in this phase may be. */
    ServerAddress concernedIn(ConnectPhase phase) {
        return switch (phase) {
            case LOOKING_UP, CONNECTING, PASSING -> nextHop();
            case PREPARING, SECURING, AGREEING, OPEN -> address;
        };
    }
}
