package dev.aldis.mqtt.api;

import org.jspecify.annotations.Nullable;

/** A subscribe or unsubscribe could not be sent or was not answered: not connected, connection lost, or a limit of the server. */
public class RequestException extends MqttException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception with a cause.
     *
     * @param message what happened, and what to do about it
     * @param cause the reason underneath, or null
     */
    public RequestException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * An exception with the Reason Code of the peer.
     *
     * @param message what happened, and what to do about it
     * @param reasonCode what the peer said
     */
    public RequestException(String message, ReasonCode reasonCode) {
        super(message, reasonCode);
    }
}
