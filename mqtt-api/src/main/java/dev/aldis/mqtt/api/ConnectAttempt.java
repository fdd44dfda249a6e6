package dev.aldis.mqtt.api;

import java.net.URI;

/**
 * An attempt to connect that is about to be made.
 *
 * @param server where to; its query, in which some servers want a token, does not stand in {@code toString()}
 * @param number 1 for the first attempt since the last stable connection
 * @param protocolVersion the version that CONNECT will name
 */
public record ConnectAttempt(URI server, int number, ProtocolVersion protocolVersion) {

    @Override
    public String toString() {
        return "ConnectAttempt[server=" + ServerUri.withoutQuery(server) + ", number=" + number + ", protocolVersion="
                + protocolVersion + "]";
    }
}
