package dev.aldis.mqtt.api;

/** Where a published message stands. It only moves downwards in this list, except back to STORED on a new session. */
public enum PublicationState {
    /** Accepted from the application, not yet durable. */
    QUEUED,
    /** Durable at the level of the store, waiting to be sent. */
    STORED,
    /** PUBLISH sent at least once, not yet acknowledged. */
    SENT,
    /** QoS 2: the server has taken the message (PUBREC); the end of the handshake is under way. */
    RELEASED,
    /** Final. The server acknowledged it (look at the Reason Code), or a QoS 0 message was handed to the transport. */
    COMPLETED,
    /** Final. It was not accepted: the queue was full, a limit of the server or the store refused it. */
    REFUSED,
    /** Final. The application cancelled it before it was sent. */
    CANCELLED,
    /** Final. Its Message Expiry Interval, or the maximum age of the queue, passed before it was sent. */
    EXPIRED,
    /** Final. It made room for a newer message ({@link OverflowPolicy}), or was of QoS 0 and there was no connection. */
    DROPPED,
    /**
     * Final. The time that {@link PublishOptions#withTimeout} gave it has passed. If it had not been sent, it was removed
     * and never will be; if it had, whether it arrives cannot be known.
     */
    TIMED_OUT,
    /**
     * Final. It was in flight when the session was lost and the policy is {@link LostSessionPolicy#FAIL}, or when the server's
     * limits shrank so that it must not be sent again. Whether it arrived cannot be known.
     */
    UNKNOWN,
    /** The client was closed first. The message is still in the store if it was stored there. */
    CLOSED
}
