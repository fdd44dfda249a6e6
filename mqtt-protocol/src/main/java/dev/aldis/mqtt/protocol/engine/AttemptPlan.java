package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.ProtocolViolationException;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ReconnectPolicy;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which server is tried next, in which version, and when.
 *
 * <p>Theory of operation. A round tries each server once, in their order; delays stand between rounds, not within. Two things
 * insert an attempt at once: the server does not speak the version and there is an earlier one to try; the server refers to
 * another one and references are followed. A stable connection sets everything back to the first server, an unstable one goes
 * on with the next. A round in which every server refused for good is the last.
 */
final class AttemptPlan {

    /** When the next attempt is made. */
    enum When {
        AT_ONCE,
        LATER,
        NEVER
    }

    /** A server that was stayed with for less than this has passed the client on. */
    private static final long SHORTEST_STAY_NANOS = 1_000_000_000L;

    private final AttemptSettings settings;
    private final ReconnectPolicy policy;
    private final Backoff backoff;

    /** For each server the index of the version that it is spoken to in. */
    private final int[] versions;

    private int server;
    private int number;

    /** Whether an attempt of this round failed for a reason that may pass. */
    private boolean hope;

    /** Whether a connection was accepted since the application asked for one. */
    private boolean everAccepted;

    /** Where the present attempt was referred to, and the index of the version there. */
    private @Nullable String reference;

    private int referenceVersion;
    private int hops;

    /** What the server said in the connection that ends. */
    private @Nullable String newReference;

    AttemptPlan(AttemptSettings settings, long seed) {
        this.settings = settings;
        this.policy = settings.reconnect();
        this.backoff = new Backoff(policy, seed);
        this.versions = new int[settings.servers()];
    }

    /** The application asks for a connection. */
    void reset() {
        Arrays.fill(versions, 0);
        everAccepted = false;
        startAgain();
    }

    private void startAgain() {
        backoff.reset();
        number = 0;
        hops = 0;
        beginRound();
    }

    private void beginRound() {
        server = 0;
        hope = false;
        reference = null;
    }

    /** The attempt that is made now. */
    Attempt begin() {
        number++;
        newReference = null;
        int version = reference == null ? versions[server] : referenceVersion;
        return new Attempt(number, server, reference, settings.versions().get(version));
    }

    /** The server has accepted. */
    void handleAccepted() {
        everAccepted = true;
    }

    /** The server has named another one. */
    void handleReference(@Nullable String value) {
        newReference = value;
    }

    /** How long {@link When#LATER} is; each time longer. */
    long nextDelayNanos() {
        backoff.handleAttempt();
        return backoff.nextDelayNanos();
    }

    /**
     * An attempt has failed, or its connection has ended.
     *
     * @param connectedNanos how long it was accepted; negative if it never was
     */
    When handleEnd(MqttException reason, long connectedNanos) {
        ReasonCode code = reason.reasonCode().orElse(null);
        if (code == ReasonCode.SESSION_TAKEN_OVER) {
            // Another client uses the identifier: to come back would throw that one out, which comes back in its turn.
            return When.NEVER;
        }
        if (connectedNanos >= policy.stableAfter().toNanos()) {
            int before = hops;
            startAgain();
            // Two servers that accept and refer to each other must not keep the client running in a circle.
            hops = connectedNanos < SHORTEST_STAY_NANOS ? before : 0;
            if (follow(code)) {
                return When.AT_ONCE;
            }
            hops = 0;
            return afterRound(isPassing(reason) || settings.servers() > 1);
        }
        boolean exhausted = policy.maximumAttempts() > 0 && number >= policy.maximumAttempts();
        if (!exhausted && connectedNanos < 0 && speakEarlierVersion(code)) {
            number--;
            return When.AT_ONCE;
        }
        if (!exhausted && follow(code)) {
            return When.AT_ONCE;
        }
        reference = null;
        hops = 0;
        hope |= isPassing(reason);
        server++;
        boolean others = server < settings.servers();
        if (exhausted) {
            return When.NEVER;
        }
        if (others) {
            return connectedNanos < 0 ? When.AT_ONCE : afterRound(true);
        }
        boolean again = hope;
        beginRound();
        return afterRound(again);
    }

    private When afterRound(boolean again) {
        boolean allowed = policy.enabled() && (everAccepted || policy.retryFirstConnect());
        return allowed && again ? When.LATER : When.NEVER;
    }

    private boolean speakEarlierVersion(@Nullable ReasonCode code) {
        if (code != ReasonCode.UNSUPPORTED_PROTOCOL_VERSION) {
            return false;
        }
        int present = reference == null ? versions[server] : referenceVersion;
        if (present + 1 >= settings.versions().size()) {
            return false;
        }
        if (reference == null) {
            versions[server] = present + 1;
        } else {
            referenceVersion = present + 1;
        }
        return true;
    }

    /** True if the server has referred to another one, which is tried now. */
    private boolean follow(@Nullable ReasonCode code) {
        boolean moved = code == ReasonCode.USE_ANOTHER_SERVER || code == ReasonCode.SERVER_MOVED;
        if (!moved || newReference == null || hops >= settings.maximumRedirects()) {
            return false;
        }
        hops++;
        reference = newReference;
        referenceVersion = 0;
        return true;
    }

    /** Whether the reason may be gone at the next attempt. */
    private boolean isPassing(MqttException reason) {
        ReasonCode code = reason.reasonCode().orElse(null);
        if (code == null) {
            return true;
        }
        if (reason instanceof ProtocolViolationException) {
            return code != ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
        }
        return switch (code) {
            case BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED -> settings.freshOptions();
            case UNSUPPORTED_PROTOCOL_VERSION,
                    CLIENT_IDENTIFIER_NOT_VALID,
                    BANNED,
                    BAD_AUTHENTICATION_METHOD,
                    MALFORMED_PACKET,
                    PROTOCOL_ERROR,
                    TOPIC_NAME_INVALID,
                    PACKET_TOO_LARGE,
                    PAYLOAD_FORMAT_INVALID,
                    RETAIN_NOT_SUPPORTED,
                    QOS_NOT_SUPPORTED,
                    SERVER_MOVED,
                    SESSION_TAKEN_OVER -> false;
            default -> true;
        };
    }
}
