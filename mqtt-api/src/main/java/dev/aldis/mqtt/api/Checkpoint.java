package dev.aldis.mqtt.api;

import java.util.Objects;

/**
 * A name and a few bytes that are stored in the same atomic change as the message they are attached to. After a restart
 * {@link MqttClient#checkpoint(String)} gives back the bytes of the last stored message that carried the name, so that a
 * source (a file's line, a table's row) goes on exactly behind it.
 *
 * @param name 1 to 65,535 bytes in UTF-8; a client keeps one value for each name, for ever: use few names
 * @param value at most 65,535 bytes; small, since it is written with each message
 */
public record Checkpoint(String name, Payload value) {

    /**
     * Checks name and value.
     *
     * @throws IllegalArgumentException if the name is empty or one of them is too long
     */
    public Checkpoint {
        Objects.requireNonNull(value);
        MqttText.check("Checkpoint name", name);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("A checkpoint has a name of at least one character; it is empty");
        }
        if (value.sizeBytes() > MqttText.MAXIMUM_BYTES) {
            throw new IllegalArgumentException("Checkpoint '" + name + "' has " + value.sizeBytes()
                    + " bytes: keep it within " + MqttText.MAXIMUM_BYTES);
        }
    }

    /**
     * A checkpoint with a text in UTF-8.
     *
     * @param name its name
     * @param value its value
     * @return the checkpoint
     */
    public static Checkpoint of(String name, String value) {
        return new Checkpoint(name, Payload.of(value));
    }
}
