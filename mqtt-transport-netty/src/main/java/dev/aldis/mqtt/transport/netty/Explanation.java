package dev.aldis.mqtt.transport.netty;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.ProxyOptions;
import dev.aldis.mqtt.api.TlsOptions;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.proxy.ProxyConnectException;
import java.io.IOException;
import java.net.BindException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Turns what the system says into a message that names the server and says what to do. */
final class Explanation {

    private Explanation() {}

    static Throwable of(Throwable cause, ConnectPhase phase, Endpoint endpoint) {
        if (cause instanceof ConnectionException explained) {
            return explained;
        }
        Throwable root = unwrapped(cause);
        String message = proxyMessage(root, endpoint)
                .or(() -> tlsMessage(root, endpoint))
                .or(() -> localMessage(root, endpoint))
                .orElseGet(() -> message(root, phase, endpoint.concernedIn(phase)));
        return new ConnectionException(message, root);
    }

    static ConnectionException timeout(ConnectPhase phase, Endpoint endpoint) {
        String advice = switch (phase) {
            case LOOKING_UP -> "check the name servers of this machine";
            case PREPARING -> "check what the application does when it is asked";
            case PASSING -> "check that this is the port of a proxy of this kind, and that it reaches the server";
            case SECURING -> "check that this is the TLS port of the server";
            case CONNECTING, AGREEING, OPEN -> endpoint.concernedIn(phase).advice();
        };
        return new ConnectionException(
                "No connection to " + endpoint.address()
                        + (endpoint.proxy() == null ? "" : " through " + endpoint.nextHop())
                        + " within the connect timeout of "
                        + endpoint.request().connectTimeout().toMillis() + " ms: the time ended while " + phase + "; "
                        + advice,
                (Throwable) null);
    }

    /** The failures of all addresses as one: that of the first address, which the system prefers, with the others beside it. */
    static Throwable ofAll(List<Throwable> failures, int addresses) {
        Throwable first = failures.get(0);
        if (addresses == 1) {
            return first;
        }
        String tried = failures.size() == addresses ? "all " + addresses : failures.size() + " of " + addresses;
        ConnectionException all = new ConnectionException(
                first.getMessage() + " (" + tried + " addresses of the host were tried)", first);
        failures.subList(1, failures.size()).forEach(all::addSuppressed);
        return all;
    }

    private static Throwable unwrapped(Throwable cause) {
        boolean wrapper = cause instanceof DecoderException || cause instanceof ChannelOutputShutdownException;
        Throwable inner = cause.getCause();
        return wrapper && inner != null ? inner : cause;
    }

    private static Optional<String> tlsMessage(Throwable cause, Endpoint endpoint) {
        TlsOptions options = endpoint.tls();
        return options != null && endpoint.address() instanceof HostAddress address
                ? TlsExplanation.message(cause, address, options)
                : Optional.empty();
    }

    /** TLS above has its first words waiting when the proxy refuses, and fails with the refusal as its cause. */
    private static Optional<String> proxyMessage(Throwable cause, Endpoint endpoint) {
        ProxyOptions options = endpoint.proxy();
        if (options != null) {
            for (Throwable each = cause; each != null; each = each.getCause()) {
                if (each instanceof ProxyConnectException refusal) {
                    return Optional.of(ProxyExplanation.message(refusal, endpoint, options));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> localMessage(Throwable cause, Endpoint endpoint) {
        return endpoint.socket()
                .localAddress()
                .filter(local -> cause instanceof BindException || says(cause, "assign requested address"))
                .map(local -> "The local address '" + local.getHostString() + "' of the socket options cannot be used ("
                        + cause.getMessage() + "): give an address of this machine, and a port that is free or 0");
    }

    private static String message(Throwable cause, ConnectPhase phase, ServerAddress address) {
        if (cause instanceof UnknownHostException) {
            return "The host of " + address
                    + " is not known: check the server URI, and the name servers of this machine";
        }
        if (cause instanceof NoRouteToHostException || says(cause, "unreachable")) {
            return "There is no way to " + address + ": check the network of this machine, and firewalls";
        }
        if (cause instanceof ClosedChannelException) {
            return "The server at " + address + " closed the connection while " + phase + portAdvice(phase)
                    + "; the log of the server may say why";
        }
        if (cause instanceof IOException && (says(cause, "reset") || says(cause, "broken pipe"))) {
            return "The connection to " + address + " was reset by the other side while " + phase
                    + ": look into the log of the server, and at proxies between";
        }
        if (phase == ConnectPhase.CONNECTING) {
            String reason = says(cause, "refused") ? "was refused" : "failed (" + cause.getMessage() + ")";
            return "The connection to " + address + " " + reason + ": " + address.advice();
        }
        return "The connection to " + address + " failed while " + phase + ": " + cause;
    }

    private static String portAdvice(ConnectPhase phase) {
        return switch (phase) {
            case SECURING -> ": check that this is a TLS port of the server";
            case AGREEING -> ": check that the server speaks this protocol on this port";
            default -> "";
        };
    }

    private static boolean says(Throwable cause, String word) {
        String message = cause.getMessage();
        return message != null && message.toLowerCase(Locale.ROOT).contains(word);
    }
}
