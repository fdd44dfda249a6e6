package dev.aldis.mqtt.protocol.client;

import java.net.URI;
import java.net.URISyntaxException;

/** Where a server refers to (section 4.11): names with or without a port, separated by spaces; the first one counts. */
final class ServerReference {

    private ServerReference() {}

    /**
     * The server that is meant.
     *
     * @param reference what the server said
     * @param from the server that said it; its scheme, path and query stay
     * @throws IllegalArgumentException if the reference names no server
     */
    static URI resolve(String reference, URI from) {
        String first = reference.strip().split(" ", 2)[0];
        try {
            URI authority = new URI("any://" + first);
            if (authority.getHost() == null
                    || authority.getUserInfo() != null
                    || !authority.getRawPath().isEmpty()) {
                throw unusable(reference);
            }
            return new URI(
                    from.getScheme(),
                    null,
                    authority.getHost(),
                    authority.getPort(),
                    from.getPath(),
                    from.getQuery(),
                    null);
        } catch (URISyntaxException e) {
            throw unusable(reference);
        }
    }

    private static IllegalArgumentException unusable(String reference) {
        return new IllegalArgumentException("The Server Reference '" + reference
                + "' names no server: it should be a host with an optional port, such as example.com:1883");
    }
}
