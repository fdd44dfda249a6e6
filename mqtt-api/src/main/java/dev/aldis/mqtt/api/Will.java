package dev.aldis.mqtt.api;

import java.util.Objects;

/**
 * The Will Message, which the server publishes when the connection ends without a normal DISCONNECT (section 3.1.2.5).
 *
 * @param message what is published; its properties need MQTT 5.0
 * @param delaySeconds Will Delay Interval, 0 to 4,294,967,295 seconds; other than 0 needs MQTT 5.0
 */
public record Will(Message message, long delaySeconds) {

    /**
     * Checks the range of the delay and the size of the payload.
     *
     * @throws IllegalArgumentException if the delay is out of range or the payload longer than 65,535 bytes
     */
    public Will {
        Objects.requireNonNull(message);
        if (delaySeconds < 0 || delaySeconds > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException(
                    "Will Delay Interval " + delaySeconds + " s is out of range: use 0 to 4294967295");
        }
        if (message.payload().sizeBytes() > MqttText.MAXIMUM_BYTES) {
            throw new IllegalArgumentException(
                    "Will payload of " + message.payload().sizeBytes() + " bytes is too long: at most "
                            + MqttText.MAXIMUM_BYTES + " bytes fit into CONNECT");
        }
    }

    /**
     * A will without delay.
     *
     * @param message what is published
     * @return the will
     */
    public static Will of(Message message) {
        return new Will(message, 0);
    }
}
