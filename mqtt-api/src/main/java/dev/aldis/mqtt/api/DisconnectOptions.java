package dev.aldis.mqtt.api;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * How a connection is ended (section 3.14). Immutable.
 *
 * @param reasonCode what DISCONNECT says. {@link ReasonCode#SUCCESS} drops the Will Message, each other one has it
 *     published; other than success needs MQTT 5.0
 * @param sessionExpirySeconds how long the server is to keep the session from now on, 0 to 4,294,967,295; empty leaves it as
 *     it was asked for in CONNECT. MQTT 5.0 only
 * @param diagnostics Reason String and User Properties; left out where the server takes no packet of that size. MQTT 5.0
 *     only
 * @param quiesce how long to wait at most until what was published before has its answers; zero does not wait
 */
public record DisconnectOptions(
        ReasonCode reasonCode, OptionalLong sessionExpirySeconds, Diagnostics diagnostics, Duration quiesce) {

    private static final List<ReasonCode> ALLOWED = List.of(
            ReasonCode.SUCCESS,
            ReasonCode.DISCONNECT_WITH_WILL_MESSAGE,
            ReasonCode.UNSPECIFIED_ERROR,
            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            ReasonCode.MESSAGE_RATE_TOO_HIGH,
            ReasonCode.QUOTA_EXCEEDED,
            ReasonCode.ADMINISTRATIVE_ACTION,
            ReasonCode.PAYLOAD_FORMAT_INVALID);

    /** A normal DISCONNECT at once. */
    public static final DisconnectOptions DEFAULT =
            new DisconnectOptions(ReasonCode.SUCCESS, OptionalLong.empty(), Diagnostics.NONE, Duration.ZERO);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a client does not send this Reason Code of its own will, or a value is out of
     *     range
     */
    public DisconnectOptions {
        Objects.requireNonNull(diagnostics);
        if (!ALLOWED.contains(reasonCode)) {
            throw new IllegalArgumentException(
                    "DISCONNECT of an application cannot say " + reasonCode + ": use one of " + ALLOWED);
        }
        if (sessionExpirySeconds.isPresent()
                && (sessionExpirySeconds.getAsLong() < 0 || sessionExpirySeconds.getAsLong() > 0xFFFF_FFFFL)) {
            throw new IllegalArgumentException("Session Expiry Interval " + sessionExpirySeconds.getAsLong()
                    + " s is out of range: use 0 to 4294967295");
        }
        if (quiesce.isNegative() || quiesce.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "Quiesce " + quiesce + " is out of range: use zero or more, at most one day");
        }
    }

    /**
     * These options with another Reason Code.
     *
     * @param code such as {@link ReasonCode#DISCONNECT_WITH_WILL_MESSAGE}
     * @return new options
     * @throws IllegalArgumentException if a client does not send it of its own will
     */
    public DisconnectOptions withReasonCode(ReasonCode code) {
        return new DisconnectOptions(code, sessionExpirySeconds, diagnostics, quiesce);
    }

    /**
     * These options with another Session Expiry Interval.
     *
     * @param seconds 0 to 4,294,967,295; the largest is for ever
     * @return new options
     * @throws IllegalArgumentException if out of range
     */
    public DisconnectOptions withSessionExpirySeconds(long seconds) {
        return new DisconnectOptions(reasonCode, OptionalLong.of(seconds), diagnostics, quiesce);
    }

    /**
     * These options with words for people.
     *
     * @param value Reason String and User Properties
     * @return new options
     */
    public DisconnectOptions withDiagnostics(Diagnostics value) {
        return new DisconnectOptions(reasonCode, sessionExpirySeconds, value, quiesce);
    }

    /**
     * These options with a wait for what is under way.
     *
     * @param longest how long to wait at most
     * @return new options
     * @throws IllegalArgumentException if negative or more than a day
     */
    public DisconnectOptions withQuiesce(Duration longest) {
        return new DisconnectOptions(reasonCode, sessionExpirySeconds, diagnostics, longest);
    }

    /**
     * Whether MQTT 5.0 is needed for it.
     *
     * @return true if something but a wait differs from the default
     */
    public boolean needsMqtt5() {
        return reasonCode != ReasonCode.SUCCESS
                || sessionExpirySeconds.isPresent()
                || !diagnostics.equals(Diagnostics.NONE);
    }
}
