package dev.aldis.mqtt.api;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What goes with a publish but not with the message: it is stored with it and never sent. Immutable. */
public final class PublishOptions {

    /** Nothing. */
    public static final PublishOptions NONE = new PublishOptions(null, null, null);

    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(366);

    private final @Nullable String applicationKey;
    private final @Nullable Checkpoint checkpoint;
    private final @Nullable Duration timeout;

    private PublishOptions(
            @Nullable String applicationKey, @Nullable Checkpoint checkpoint, @Nullable Duration timeout) {
        this.timeout = timeout;
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
        return new PublishOptions(MqttText.check("Application key", key), checkpoint, timeout);
    }

    /**
     * These options with a checkpoint, stored in the same atomic change as the message. QoS 1 and 2 only, since QoS 0
     * stores nothing.
     *
     * @param mark name and value
     * @return new options
     */
    public PublishOptions withCheckpoint(Checkpoint mark) {
        return new PublishOptions(applicationKey, mark, timeout);
    }

    /**
     * These options with a time after which the publication ends as {@link PublicationState#TIMED_OUT} if it has not ended
     * before. A message that has not been sent by then is removed and never will be; one that has been sent goes on, and
     * whether it arrives is not told any more. Counts from the call, and ends with the client: it is not stored.
     *
     * @param value more than zero, at most one year
     * @return new options
     * @throws IllegalArgumentException if it is out of range
     */
    public PublishOptions withTimeout(Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "Publish timeout " + value + " is out of range: use more than zero, at most one year");
        }
        return new PublishOptions(applicationKey, checkpoint, value);
    }

    /**
     * The time-out.
     *
     * @return the time, empty if there is none
     */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
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
