package dev.aldis.mqtt.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parent of all exceptions that this library makes, except those for a caller's mistake. */
public class MqttException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final @Nullable ReasonCode reasonCode;

    /**
     * An exception with a cause.
     *
     * @param message what happened, and what to do about it
     * @param cause the reason underneath, or null
     */
    public MqttException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reasonCode = null;
    }

    /**
     * An exception with a Reason Code.
     *
     * @param message what happened, and what to do about it
     * @param reasonCode what the peer said, or what was said to the peer
     */
    public MqttException(String message, ReasonCode reasonCode) {
        super(message);
        this.reasonCode = reasonCode;
    }

    /**
     * The Reason Code.
     *
     * @return what the peer said, or what was said to the peer; empty if no packet was involved
     */
    public Optional<ReasonCode> reasonCode() {
        return Optional.ofNullable(reasonCode);
    }
}
