package dev.aldis.mqtt.spi.transport;

import dev.aldis.mqtt.api.TransportOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;

/**
 * Where to connect to, and how.
 *
 * @param server its scheme is one of the provider's; port -1 means the usual one of the scheme
 * @param options how the connection is made; a provider takes what concerns it
 * @param connectTimeout how long it may take until {@code connected}, lookup, proxy and security included; more than zero
 */
public record TransportRequest(URI server, TransportOptions options, Duration connectTimeout) {

    /**
     * Checks the timeout.
     *
     * @throws IllegalArgumentException if the connect timeout is zero or less
     */
    public TransportRequest {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(options, "options");
        if (connectTimeout.isZero() || connectTimeout.isNegative()) {
            throw new IllegalArgumentException(
                    "The connect timeout " + connectTimeout + " must be more than zero: give some seconds");
        }
    }

    /** Leaves the query of the server out, in which some servers want a token. */
    @Override
    public String toString() {
        return "TransportRequest[server=" + server.getScheme() + "://" + server.getRawAuthority() + server.getRawPath()
                + ", options=" + options + ", connectTimeout=" + connectTimeout + "]";
    }
}
