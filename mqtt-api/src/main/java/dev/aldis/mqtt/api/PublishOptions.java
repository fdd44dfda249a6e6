package dev.aldis.mqtt.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What goes with a publish but not with the message: it is stored with it and never sent. Immutable. */
public final class PublishOptions {

    /** Nothing. */
    public static final PublishOptions NONE = new PublishOptions(null, null);

    private final @Nullable String applicationKey;
    private final @Nullable Checkpoint checkpoint;

    private PublishOptions(@Nullable String applicationKey, @Nullable Checkpoint checkpoint) {
        this.applicationKey = applicationKey;
        this.checkpoint = checkpoint;
    }

    /**
     * These options with an application key, by which {@link MqttClient#pendingPublications()} can be matched to the
     * application's own records after a restart.
     *
     * @param key any text of at most 65,535 bytes in UTF-8; need not be unique
     * @return new options
     * @throws IllegalArgumentException if it is too long or cannot be encoded
     */
    public PublishOptions withApplicationKey(String key) {
        return new PublishOptions(MqttText.check("Application key", key), checkpoint);
    }

    /**
     * These options with a checkpoint, stored in the same atomic change as the message. QoS 1 and 2 only, since QoS 0
     * stores nothing.
     *
     * @param mark name and value
     * @return new options
     */
    public PublishOptions withCheckpoint(Checkpoint mark) {
        return new PublishOptions(applicationKey, mark);
    }

    /**
     * The application key.
     *
     * @return the key, empty if there is none
     */
    public Optional<String> applicationKey() {
        return Optional.ofNullable(applicationKey);
    }

    /**
     * The checkpoint.
     *
     * @return the checkpoint, empty if there is none
     */
    public Optional<Checkpoint> checkpoint() {
        return Optional.ofNullable(checkpoint);
    }
}
