package dev.aldis.mqtt.api;

import org.jspecify.annotations.Nullable;

/** The client was closed before this could be done. */
public class ClientClosedException extends MqttException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception with a cause.
     *
     * @param message what happened, and what to do about it
     * @param cause the reason underneath, or null
     */
    public ClientClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * An exception with the Reason Code of the peer.
     *
     * @param message what happened, and what to do about it
     * @param reasonCode what the peer said
     */
    public ClientClosedException(String message, ReasonCode reasonCode) {
        super(message, reasonCode);
    }
}
