package dev.aldis.mqtt.api;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A message of QoS 1 or 2 that was accepted and is not complete, see {@link MqttClient#pendingPublications}.
 *
 * @param message the message; after PUBREC, when the server has taken it, a restart knows it without payload and properties
 * @param applicationKey the key that was given with it, empty if none was
 * @param acceptedAt when it was accepted, by the clock of that moment
 */
public record PendingMessage(Message message, Optional<String> applicationKey, Instant acceptedAt) {

    /** Checks that nothing is null. */
    public PendingMessage {
        Objects.requireNonNull(message);
        Objects.requireNonNull(applicationKey);
        Objects.requireNonNull(acceptedAt);
    }
}
