package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.TlsOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where to connect to, and how.
 *
 * @param address of the server
 * @param tls how to secure the connection to a host; null if it is not secured
 * @param layer what lies between TLS and the listener; null if nothing does
 * @param timeout for the whole attempt, more than zero
 * @param lookup of the host
 */
record Endpoint(
        ServerAddress address,
        @Nullable TlsOptions tls,
        @Nullable ChannelLayer layer,
        Duration timeout,
        HostLookup lookup) {

    /** Longer than anybody waits, and short enough to be counted in nanoseconds. */
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);

    long timeoutNanos() {
        return (timeout.compareTo(LONGEST_TIMEOUT) < 0 ? timeout : LONGEST_TIMEOUT).toNanos();
    }
}
