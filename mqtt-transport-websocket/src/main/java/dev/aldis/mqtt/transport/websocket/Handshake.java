package dev.aldis.mqtt.transport.websocket;

import dev.aldis.mqtt.transport.netty.NettyTransport;
import dev.aldis.mqtt.transport.netty.Scheme;
import java.net.URI;

/**
 * What the HTTP request that opens a WebSocket asks for.
 *
 * @param host as the header {@code Host} names it: with the port where that is not the usual one
 * @param target path and query
 */
record Handshake(String host, String target) {

    /** Where most servers have MQTT; there is no rule. */
    private static final String USUAL_PATH = "/mqtt";

    /**
     * The request for a server.
     *
     * @throws IllegalArgumentException if the URI names no host, or a port that does not exist
     */
    static Handshake of(URI server, Scheme scheme) {
        String host = NettyTransport.hostAndPort(server, scheme);
        String usualPort = ":" + scheme.usualPort();
        if (host.endsWith(usualPort)) {
            host = host.substring(0, host.length() - usualPort.length());
        }
        String path = server.getRawPath();
        String query = server.getRawQuery();
        String target = (path == null || path.isEmpty() ? USUAL_PATH : path) + (query == null ? "" : "?" + query);
        return new Handshake(host, target);
    }

    /** For Netty, which takes path and query from it; the host is a header of ours. */
    URI uri() {
        return URI.create("ws://host" + target);
    }
}
