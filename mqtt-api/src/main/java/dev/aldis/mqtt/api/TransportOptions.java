package dev.aldis.mqtt.api;

import java.util.Objects;

/**
 * How a transport makes its connections. Each transport takes what concerns it and ignores the rest.
 *
 * @param tls how {@code mqtts} and {@code wss} are secured
 * @param socket options of the sockets
 * @param proxy what is between client and server
 * @param webSocket how {@code ws} and {@code wss} are opened
 */
public record TransportOptions(TlsOptions tls, SocketOptions socket, ProxyOptions proxy, WebSocketOptions webSocket) {

    /** The default of each. */
    public static final TransportOptions DEFAULT = new TransportOptions(
            TlsOptions.DEFAULT, SocketOptions.DEFAULT, ProxyOptions.DIRECT, WebSocketOptions.DEFAULT);

    /** Checks that nothing is missing. */
    public TransportOptions {
        Objects.requireNonNull(tls, "tls");
        Objects.requireNonNull(socket, "socket");
        Objects.requireNonNull(proxy, "proxy");
        Objects.requireNonNull(webSocket, "webSocket");
    }

    /**
     * These options with other ones for TLS.
     *
     * @param other trust, client certificate and handshake
     * @return new options
     */
    public TransportOptions withTls(TlsOptions other) {
        return new TransportOptions(other, socket, proxy, webSocket);
    }

    /**
     * These options with other ones for sockets.
     *
     * @param other options of the sockets
     * @return new options
     */
    public TransportOptions withSocket(SocketOptions other) {
        return new TransportOptions(tls, other, proxy, webSocket);
    }

    /**
     * These options with another proxy.
     *
     * @param other the proxy
     * @return new options
     */
    public TransportOptions withProxy(ProxyOptions other) {
        return new TransportOptions(tls, socket, other, webSocket);
    }

    /**
     * These options with other ones for WebSocket.
     *
     * @param other headers, frames, pings
     * @return new options
     */
    public TransportOptions withWebSocket(WebSocketOptions other) {
        return new TransportOptions(tls, socket, proxy, other);
    }
}
