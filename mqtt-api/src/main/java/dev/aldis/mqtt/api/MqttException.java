package dev.aldis.mqtt.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parent of all exceptions that this library makes, except those for a caller's mistake. Its message is one line: control
 * characters and line breaks in it, which a peer may have sent, are written as <code>&#92;u000a</code>.
 */
public class MqttException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final @Nullable ReasonCode reasonCode;
    private final transient @Nullable Diagnostics diagnostics;

    /**
     * An exception with a cause.
     *
     * @param message what happened, and what to do about it
     * @param cause the reason underneath, or null
     */
    public MqttException(String message, @Nullable Throwable cause) {
        super(OneLine.of(message), cause);
        this.reasonCode = null;
        this.diagnostics = Diagnostics.NONE;
    }

    /**
     * An exception with a Reason Code.
     *
     * @param message what happened, and what to do about it
     * @param reasonCode what the peer said, or what was said to the peer
     */
    public MqttException(String message, ReasonCode reasonCode) {
        this(message, reasonCode, Diagnostics.NONE);
    }

    /**
     * An exception with all that the peer said.
     *
     * @param message what happened, and what to do about it
     * @param reasonCode what the peer said
     * @param diagnostics what the peer added in words
     */
    public MqttException(String message, ReasonCode reasonCode, Diagnostics diagnostics) {
        super(OneLine.of(message));
        this.reasonCode = reasonCode;
        this.diagnostics = diagnostics;
    }

    /**
     * The Reason Code.
     *
     * @return what the peer said, or what was said to the peer; empty if no packet was involved
     */
    public Optional<ReasonCode> reasonCode() {
        return Optional.ofNullable(reasonCode);
    }

    /**
     * What the peer added in words.
     *
     * @return Reason String and User Properties; {@link Diagnostics#NONE} if there were none
     */
    public Diagnostics diagnostics() {
        // A copy that was serialized has none.
        return diagnostics == null ? Diagnostics.NONE : diagnostics;
    }
}
