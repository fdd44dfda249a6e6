package dev.aldis.mqtt.transport.netty;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a port.
 *
 * @param host a name or an address, without the brackets of IPv6
 * @param port 1 to 65,535
 */
record ServerAddress(String host, int port) {

    /** For names that {@link URI} does not take for a host, such as those with an underscore that containers often have. */
    private static final Pattern AUTHORITY = Pattern.compile("(?:[^@]*@)?([^:@\\[\\]/]+)(?::(\\d{1,5}))?");

    private static final int LAST_PORT = 65_535;

    static ServerAddress of(URI server, int usualPort) {
        String host = server.getHost();
        int port = server.getPort();
        if (host == null) {
            String authority = server.getRawAuthority();
            Matcher parts = AUTHORITY.matcher(authority == null ? "" : authority);
            if (!parts.matches()) {
                throw new IllegalArgumentException(
                        "The server URI names no host: write it as " + server.getScheme() + "://host:port");
            }
            host = parts.group(1);
            port = parts.group(2) == null ? -1 : Integer.parseInt(parts.group(2));
        }
        if (port == -1) {
            port = usualPort;
        }
        if (port < 1 || port > LAST_PORT) {
            throw new IllegalArgumentException("The port " + port + " of the server URI is not between 1 and "
                    + LAST_PORT + " (host " + host + ")");
        }
        return new ServerAddress(withoutBrackets(host), port);
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
