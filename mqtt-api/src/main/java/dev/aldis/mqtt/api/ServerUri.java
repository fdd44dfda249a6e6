package dev.aldis.mqtt.api;

import java.net.URI;
import java.net.URISyntaxException;

/** What may be the URI of a server. An error about one that may not be does not repeat a password that stands in it. */
final class ServerUri {

    private ServerUri() {}

    static URI parse(String uri) {
        try {
            return checked(new URI(uri));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("The server URI is none: " + e.getReason() + " at its character "
                    + (e.getIndex() + 1) + "; write for example mqtt://localhost:1883");
        }
    }

    static URI checked(URI uri) {
        if (hasUserInformation(uri)) {
            throw new IllegalArgumentException(
                    "The server URI carries user information before an '@': give it to credentials(...) instead");
        }
        if (uri.getScheme() == null) {
            throw new IllegalArgumentException(
                    "Server URI '" + uri + "' has no scheme: write for example mqtt://localhost:1883");
        }
        return uri;
    }

    /** For a reader: without the query, in which some servers want a token. */
    static String withoutQuery(URI uri) {
        String text = uri.toString();
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query) + "?...";
    }

    private static boolean hasUserInformation(URI uri) {
        if (uri.isOpaque()) {
            return uri.getRawSchemeSpecificPart().contains("@");
        }
        // Not the part for it: that is only there if the host is one in the eyes of URI.
        String authority = uri.getRawAuthority();
        return authority != null
                ? authority.contains("@")
                : uri.getScheme() == null && uri.toString().contains("@");
    }
}
