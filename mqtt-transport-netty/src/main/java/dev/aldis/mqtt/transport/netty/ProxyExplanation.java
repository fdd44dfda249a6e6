package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.ProxyOptions;
import io.netty.handler.proxy.ProxyConnectException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says why a proxy did not connect and what to do about it. */
final class ProxyExplanation {

    /** How Netty's handlers end their messages: what the proxy answered. */
    private static final Pattern HTTP_STATUS = Pattern.compile("status: (\\d{3}.*)");

    private static final Pattern SOCKS_STATUS = Pattern.compile(", status: (\\w+)");

    private ProxyExplanation() {}

    static String message(ProxyConnectException refusal, Endpoint endpoint, ProxyOptions options) {
        String said = String.valueOf(refusal.getMessage());
        String answer = options.kind() == ProxyOptions.Kind.HTTP ? http(said, options) : socks(said, options);
        String beginning = "No connection to " + endpoint.address() + " through " + endpoint.nextHop() + ": ";
        if (said.endsWith("disconnected")) {
            return beginning + "it closed the connection; check that this is the port of "
                    + (options.kind() == ProxyOptions.Kind.HTTP ? "an HTTP" : "a SOCKS5") + " proxy";
        }
        return beginning + answer;
    }

    private static String http(String said, ProxyOptions options) {
        Matcher status = HTTP_STATUS.matcher(said);
        if (!status.find()) {
            return "it did not answer as an HTTP proxy does (" + said + "); check its kind and its port";
        }
        String answer = status.group(1);
        return switch (answer.substring(0, 3)) {
            // Tinyproxy answers 401 to credentials that it does not know.
            case "401", "407" -> credentials(options) + " (it answered " + answer + ")";
            case "403", "405" ->
                "it does not allow this connection (it answered " + answer
                        + "); let its rules allow the method CONNECT to this port";
            case "400" -> "it did not understand (it answered " + answer + "); check that this is an HTTP proxy";
            default ->
                "it could not connect (it answered " + answer
                        + "); check that it reaches the server, and that the server runs";
        };
    }

    private static String socks(String said, ProxyOptions options) {
        if (said.contains("authStatus") || said.contains("authMethod")) {
            return credentials(options);
        }
        Matcher status = SOCKS_STATUS.matcher(said);
        if (!status.find()) {
            return "it did not answer as a SOCKS5 proxy does (" + said + "); check its kind and its port";
        }
        return status.group(1).equals("FORBIDDEN")
                ? "it does not allow this connection; let its rules allow it"
                : "it could not connect (" + status.group(1)
                        + "); check that it reaches the server, and that the server runs";
    }

    private static String credentials(ProxyOptions options) {
        return options.userName()
                .map(name -> "it does not accept the user name '" + name + "' with this password; check both")
                .orElse("it wants a user name and a password; give them with ProxyOptions.withCredentials");
    }
}
