package dev.aldis.mqtt.api;

import org.jspecify.annotations.Nullable;

/** No provider, or more than one, was found for a scheme. The message lists the scheme asked for, the schemes found and the artifact to add. */
public class ProviderException extends MqttException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception with a cause.
     *
     * @param message what happened, and what to do about it
     * @param cause the reason underneath, or null
     */
    public ProviderException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * An exception with the Reason Code of the peer.
     *
     * @param message what happened, and what to do about it
     * @param reasonCode what the peer said
     */
    public ProviderException(String message, ReasonCode reasonCode) {
        super(message, reasonCode);
    }
}
