package dev.aldis.mqtt.api;

import org.jspecify.annotations.Nullable;

/** No connection could be made, or it was lost. The Reason Code, if there is one, is that of CONNACK or DISCONNECT. */
public class ConnectionException extends MqttException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception with a cause.
     *
     * @param message what happened, and what to do about it
     * @param cause the reason underneath, or null
     */
    public ConnectionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * An exception with the Reason Code of the peer.
     *
     * @param message what happened, and what to do about it
     * @param reasonCode what the peer said
     */
    public ConnectionException(String message, ReasonCode reasonCode) {
        super(message, reasonCode);
    }

    /**
     * An exception with all that the peer said in CONNACK or DISCONNECT.
     *
     * @param message what happened, and what to do about it
     * @param reasonCode what the peer said
     * @param diagnostics what the peer added in words
     */
    public ConnectionException(String message, ReasonCode reasonCode, Diagnostics diagnostics) {
        super(message, reasonCode, diagnostics);
    }
}
