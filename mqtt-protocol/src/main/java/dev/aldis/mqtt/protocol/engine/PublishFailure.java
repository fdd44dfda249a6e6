package dev.aldis.mqtt.protocol.engine;

/** Why a message ended without an answer from the server. */
public enum PublishFailure {
    /** A limit, or the store, refused it before it was stored or sent. */
    REFUSED,
    /** The application cancelled it in time. */
    CANCELLED,
    /** Its session was lost while it was in flight. */
    UNKNOWN
}
