package dev.aldis.mqtt.api;

import org.jspecify.annotations.Nullable;

/** A store could not be opened, read or written. */
public class StoreException extends MqttException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception with a cause.
     *
     * @param message what happened, and what to do about it
     * @param cause the reason underneath, or null
     */
    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * An exception with the Reason Code of the peer.
     *
     * @param message what happened, and what to do about it
     * @param reasonCode what the peer said
     */
    public StoreException(String message, ReasonCode reasonCode) {
        super(message, reasonCode);
    }
}
