package dev.aldis.mqtt.api;

import org.jspecify.annotations.Nullable;

/** The peer broke a rule of the protocol, or is no MQTT server. The Reason Code is the one sent in DISCONNECT. */
public class ProtocolViolationException extends ConnectionException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception with a cause.
     *
     * @param message what happened, and what to do about it
     * @param cause the reason underneath, or null
     */
    public ProtocolViolationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * An exception with the Reason Code of the peer.
     *
     * @param message what happened, and what to do about it
     * @param reasonCode what the peer said
     */
    public ProtocolViolationException(String message, ReasonCode reasonCode) {
        super(message, reasonCode);
    }
}
