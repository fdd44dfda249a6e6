package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is in enhanced authentication (section 4.12), while connecting and again on an open connection.
 *
 * <pre>
 * NOBODY ── CONNECT with a method, AUTH to authenticate again ──▶ SERVER ── AUTH to continue ──▶ APPLICATION
 *   ▲                                                              │  ▲                               │
 *   └──────────── CONNACK, AUTH with success ─────────────────────┘  └───────── AUTH to continue ────┘
 * </pre>
 *
 * The end of the connection leads to NOBODY from everywhere.
 */
final class Authentication {

    private enum Turn {
        NOBODY,
        SERVER,
        APPLICATION
    }

    private final Notices notices;
    private Turn turn = Turn.NOBODY;

    /** The method of the present connection. */
    private @Nullable String method;

    private long deadlineNanos = KeepAlive.NEVER;

    Authentication(Notices notices) {
        this.notices = notices;
    }

    /** CONNECT says this, or nothing. */
    void begin(@Nullable AuthenticationExchange first) {
        method = first == null ? null : first.method();
        turn = first == null ? Turn.NOBODY : Turn.SERVER;
        deadlineNanos = KeepAlive.NEVER;
    }

    /** Begins again on an open connection; null if that is not possible now. */
    @Nullable
    Auth beginAgain(@Nullable Payload data, long untilNanos) {
        if (method == null || turn != Turn.NOBODY) {
            return null;
        }
        turn = Turn.SERVER;
        deadlineNanos = untilNanos;
        return auth(ReasonCode.RE_AUTHENTICATE, method, data);
    }

    private static Auth auth(ReasonCode code, String method, @Nullable Payload data) {
        return new Auth(code, new AuthenticationExchange(method, data), Diagnostics.NONE);
    }

    /** What the application answers; null if it is not its turn any more. */
    @Nullable
    Auth answer(@Nullable Payload data) {
        if (method == null || turn != Turn.APPLICATION) {
            return null;
        }
        turn = Turn.SERVER;
        return auth(ReasonCode.CONTINUE_AUTHENTICATION, method, data);
    }

    /** The server has accepted the connection. */
    void handleConnAck(@Nullable AuthenticationExchange last) throws PeerViolation {
        String said = last == null ? null : last.method();
        if (method == null ? said != null : !method.equals(said)) {
            throw new PeerViolation(
                    ReasonCode.PROTOCOL_ERROR,
                    "CONNACK has the Authentication Method " + quoted(said) + " and CONNECT had " + quoted(method)
                            + " [MQTT-4.12.0-5]");
        }
        if (turn == Turn.APPLICATION) {
            throw new PeerViolation(
                    ReasonCode.PROTOCOL_ERROR, "CONNACK came while the client was to answer AUTH [section 4.12]");
        }
        turn = Turn.NOBODY;
    }

    /** AUTH came. */
    void handleAuth(Auth packet, boolean open) throws PeerViolation {
        AuthenticationExchange exchange = packet.authentication();
        if (!exchange.method().equals(method)) {
            throw new PeerViolation(
                    ReasonCode.PROTOCOL_ERROR,
                    "AUTH has the Authentication Method '" + exchange.method() + "' and CONNECT had " + quoted(method)
                            + " [MQTT-4.12.0-5]");
        }
        if (turn != Turn.SERVER) {
            throw new PeerViolation(
                    ReasonCode.PROTOCOL_ERROR,
                    "AUTH is not expected while it is the turn of " + turn + " [section 4.12]");
        }
        if (packet.reasonCode() == ReasonCode.CONTINUE_AUTHENTICATION) {
            turn = Turn.APPLICATION;
            Payload data = exchange.data();
            notices.add(output -> output.challenged(data));
        } else if (open) {
            turn = Turn.NOBODY;
            deadlineNanos = KeepAlive.NEVER;
            notices.add(output -> output.reauthenticated(packet.diagnostics()));
        } else {
            throw new PeerViolation(ReasonCode.PROTOCOL_ERROR, "AUTH says success before CONNACK [section 4.12]");
        }
    }

    private static String quoted(@Nullable String name) {
        return name == null ? "none" : "'" + name + "'";
    }

    /** The connection has ended. */
    void end() {
        begin(null);
    }

    /** When authenticating again has taken too long. */
    long deadlineNanos() {
        return deadlineNanos;
    }
}
