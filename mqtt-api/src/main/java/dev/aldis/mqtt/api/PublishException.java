package dev.aldis.mqtt.api;

import org.jspecify.annotations.Nullable;

/** A message was not accepted for publishing, or its outcome cannot be known. The message says which limit was hit and the cure. */
public class PublishException extends MqttException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception with a cause.
     *
     * @param message what happened, and what to do about it
     * @param cause the reason underneath, or null
     */
    public PublishException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * An exception with the Reason Code of the peer.
     *
     * @param message what happened, and what to do about it
     * @param reasonCode what the peer said
     */
    public PublishException(String message, ReasonCode reasonCode) {
        super(message, reasonCode);
    }
}
