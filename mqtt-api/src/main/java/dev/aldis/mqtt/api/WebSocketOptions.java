package dev.aldis.mqtt.api;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How {@code ws} and {@code wss} connections are opened. Path and query come from the URI; a URI without a path asks for
 * {@code /mqtt}. Immutable.
 */
public final class WebSocketOptions {

    /** No headers of one's own, frames up to 16 MiB, no pings, no compression. */
    public static final WebSocketOptions DEFAULT = new WebSocketOptions(Map.of(), null, 16 << 20, null, false);

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

    /** What the WebSocket handshake itself says (RFC 6455, section 4.1). */
    private static final Set<String> OF_THE_HANDSHAKE = Set.of(
            "connection",
            "content-length",
            "sec-websocket-accept",
            "sec-websocket-extensions",
            "sec-websocket-key",
            "sec-websocket-protocol",
            "sec-websocket-version",
            "transfer-encoding",
            "upgrade");

    private static final int SMALLEST_FRAME_BYTES = 125;

    private final Map<String, String> headers;
    private final @Nullable Supplier<CompletionStage<Map<String, String>>> headerSupplier;
    private final int maximumFrameBytes;
    private final @Nullable Duration pingInterval;
    private final boolean compression;

    private WebSocketOptions(
            Map<String, String> headers,
            @Nullable Supplier<CompletionStage<Map<String, String>>> headerSupplier,
            int maximumFrameBytes,
            @Nullable Duration pingInterval,
            boolean compression) {
        this.headers = headers;
        this.headerSupplier = headerSupplier;
        this.maximumFrameBytes = maximumFrameBytes;
        this.pingInterval = pingInterval;
        this.compression = compression;
    }

    /**
     * Adds a header to the request that opens the connection, or replaces one.
     *
     * @param name a token of HTTP, none of those of the handshake itself such as {@code Upgrade}
     * @param value without line breaks
     * @return new options
     * @throws IllegalArgumentException if name or value cannot be sent
     */
    public WebSocketOptions withHeader(String name, String value) {
        checkHeader(name, value);
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.keySet().removeIf(name::equalsIgnoreCase);
        more.put(name, value);
        return new WebSocketOptions(
                Collections.unmodifiableMap(more), headerSupplier, maximumFrameBytes, pingInterval, compression);
    }

    /**
     * Asks for headers at each attempt to connect, for tokens that expire. They replace those of {@link #withHeader} of the
     * same name. The attempt waits for them within its connect timeout, and fails if they fail.
     *
     * @param supplier called once for each attempt, on a thread where it may block
     * @return new options
     */
    public WebSocketOptions withHeaders(Supplier<CompletionStage<Map<String, String>>> supplier) {
        return new WebSocketOptions(
                headers, Objects.requireNonNull(supplier), maximumFrameBytes, pingInterval, compression);
    }

    /**
     * Sets the largest frame that is received. Each frame is kept until it is whole. A Control Packet may span frames, so
     * this limits no packet.
     *
     * @param bytes 125 to 268,435,460 bytes of content
     * @return new options
     * @throws IllegalArgumentException if out of range
     */
    public WebSocketOptions withMaximumFrameBytes(int bytes) {
        if (bytes < SMALLEST_FRAME_BYTES || bytes > ClientLimits.LARGEST_PACKET_BYTES) {
            throw new IllegalArgumentException("The maximum frame size of " + bytes + " bytes is out of range: use "
                    + SMALLEST_FRAME_BYTES + " to " + ClientLimits.LARGEST_PACKET_BYTES);
        }
        return new WebSocketOptions(headers, headerSupplier, bytes, pingInterval, compression);
    }

    /**
     * Sends a Ping frame whenever nothing was sent for this long, for proxies that end idle connections although MQTT is
     * silent. None by default: the Keep Alive of MQTT does the same.
     *
     * @param interval one second or more
     * @return new options
     * @throws IllegalArgumentException if out of range
     */
    public WebSocketOptions withPingInterval(Duration interval) {
        if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "The ping interval " + interval + " is out of range: use one second or more");
        }
        return new WebSocketOptions(headers, headerSupplier, maximumFrameBytes, interval, compression);
    }

    /**
     * Offers compression (permessage-deflate, RFC 7692). Off by default: it costs processor time and memory for each
     * connection, and what is secret should not be compressed together with what an attacker chooses.
     *
     * @param flag true to offer it
     * @return new options
     */
    public WebSocketOptions withCompression(boolean flag) {
        return new WebSocketOptions(headers, headerSupplier, maximumFrameBytes, pingInterval, flag);
    }

    /**
     * Checks that a header can be sent.
     *
     * @param name its name
     * @param value its value
     * @throws IllegalArgumentException if the name is no token or one of the handshake's, or the value has a line break
     */
    public static void checkHeader(String name, String value) {
        if (!name.matches(TOKEN)) {
            throw new IllegalArgumentException(
                    "The header name '" + name + "' is not a token of HTTP: use letters," + " digits and hyphens");
        }
        if (OF_THE_HANDSHAKE.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    "The header '" + name + "' belongs to the WebSocket handshake: leave it out");
        }
        if (value.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
            throw new IllegalArgumentException(
                    "The value of the header '" + name + "' holds a line break or zero: leave it out");
        }
    }

    /**
     * The headers of each request.
     *
     * @return an immutable map in the order of addition
     */
    public Map<String, String> headers() {
        return headers;
    }

    /**
     * What is asked for headers at each attempt.
     *
     * @return the supplier, empty if there is none
     */
    public Optional<Supplier<CompletionStage<Map<String, String>>>> headerSupplier() {
        return Optional.ofNullable(headerSupplier);
    }

    /**
     * The largest frame that is received.
     *
     * @return bytes of content
     */
    public int maximumFrameBytes() {
        return maximumFrameBytes;
    }

    /**
     * After how much silence a Ping frame is sent.
     *
     * @return one second or more, empty for never
     */
    public Optional<Duration> pingInterval() {
        return Optional.ofNullable(pingInterval);
    }

    /**
     * Whether compression is offered.
     *
     * @return false by default
     */
    public boolean compression() {
        return compression;
    }
}
