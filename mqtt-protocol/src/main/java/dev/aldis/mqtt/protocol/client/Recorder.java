package dev.aldis.mqtt.protocol.client;

import org.jspecify.annotations.Nullable;

/**
 * Events for Java Flight Recorder. This one records nothing; {@link JfrRecorder} does where the module {@code jdk.jfr} is
 * there. What a begin gives belongs to the end and may be null.
 */
interface Recorder {

    /** The recorder of this process. */
    static Recorder ofThisProcess() {
        try {
            // The class behind the words is not touched unless this one is there.
            Class.forName("jdk.jfr.Event");
            return new JfrRecorder();
        } catch (ClassNotFoundException | LinkageError e) {
            return new Recorder() {};
        }
    }

    /** An attempt to connect begins. */
    default @Nullable Object beginConnect() {
        return null;
    }

    /** The attempt has ended. */
    default void endConnect(@Nullable Object event, String server, int attempt, String result) {}

    /** A batch goes to the store. */
    default @Nullable Object beginCommit() {
        return null;
    }

    /** The store has answered; on any thread. */
    default void endCommit(@Nullable Object event, long number, int changes, boolean stored) {}

    /** A handler is called. */
    default @Nullable Object beginHandler() {
        return null;
    }

    /** The handler has returned or thrown. */
    default void endHandler(@Nullable Object event, String topic) {}

    /** Whether {@link #published} is worth its call. */
    default boolean wantsPublished() {
        return false;
    }

    /** A published message has ended. */
    default void published(String topic, int qos, String outcome, long latencyNanos) {}
}
