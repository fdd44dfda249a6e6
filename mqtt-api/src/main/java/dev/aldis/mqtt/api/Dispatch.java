package dev.aldis.mqtt.api;

import java.util.Objects;
import java.util.function.Function;

/**
 * In which order handlers get messages: those of one QoS in the order in which they came, while a QoS 2 message, which is
 * stored first, may be overtaken by others. Whatever is chosen here, the server gets the acknowledgements in the order in which
 * the messages came.
 *
 * @param parallelism how many messages are handled at the same time, 1 to 1,024; 1 is one after the other
 * @param key messages with equal keys are handled one after the other, in the order in which they came
 */
public record Dispatch(int parallelism, Function<ReceivedMessage, ?> key) {

    /** One message after the other, in the order in which they came; the default. */
    public static final Dispatch ORDERED = new Dispatch(1, message -> "");

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the parallelism is out of range
     */
    public Dispatch {
        Objects.requireNonNull(key);
        if (parallelism < 1 || parallelism > 1_024) {
            throw new IllegalArgumentException("Parallelism " + parallelism + " is out of range: use 1 to 1024");
        }
    }

    /**
     * Several messages at the same time, those of one topic one after the other. A slow handler holds back its own topic
     * only, until the Receive Maximum of messages waits behind it.
     *
     * @param parallelism how many at the same time, 1 to 1,024; the shared handler threads are four, or as many as there are
     *     processors, so more than that needs an executor of your own
     * @return the order
     * @throws IllegalArgumentException if the parallelism is out of range
     */
    public static Dispatch byTopic(int parallelism) {
        return new Dispatch(parallelism, ReceivedMessage::topic);
    }

    /**
     * Several messages at the same time, those with equal keys one after the other.
     *
     * @param parallelism how many at the same time, 1 to 1,024, as for {@link #byTopic}
     * @param key gives the key of a message, for example a device's name in its topic; called on a thread for handlers. Where
     *     it throws or gives null, the topic is the key
     * @return the order
     * @throws IllegalArgumentException if the parallelism is out of range
     */
    public static Dispatch byKey(int parallelism, Function<ReceivedMessage, ?> key) {
        return new Dispatch(parallelism, key);
    }
}
