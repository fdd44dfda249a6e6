package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.TlsOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where to connect to, and how.
 *
 * @param address host and port
 * @param tls how to secure the connection; null if it is not secured
 * @param timeout for the whole attempt, more than zero
 */
record Endpoint(ServerAddress address, @Nullable TlsOptions tls, Duration timeout) {}
