package dev.aldis.mqtt.protocol.engine;

/** Why a message ended without an answer from the server. */
public enum PublishFailure {
    /** A limit, or the store, refused it before it was stored or sent. */
    REFUSED,
    /** The application cancelled it in time. */
    CANCELLED,
    /** It waited too long. */
    EXPIRED,
    /** It made room for another one, or was of QoS 0 and there was no connection. */
    DROPPED,
    /** It was not sent within the time that the application gave it. */
    TIMED_OUT,
    /** It was in flight when its session was lost, or when the server's limits forbade to send it again. */
    UNKNOWN
}
