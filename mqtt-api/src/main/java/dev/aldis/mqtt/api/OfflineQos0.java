package dev.aldis.mqtt.api;

/** What happens to a message of QoS 0 that is published while there is no connection. */
public enum OfflineQos0 {
    /** It ends as {@link PublicationState#DROPPED}. */
    DROP,
    /** It waits in memory for the next connection, within the limits of the queue. */
    KEEP_IN_MEMORY,
    /**
     * It waits in the store, also for the next run of the application. It is removed from there before it is sent, so that
     * it never arrives twice.
     */
    KEEP_IN_STORE
}
