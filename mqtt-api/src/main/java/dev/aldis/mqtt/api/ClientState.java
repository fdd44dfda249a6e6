package dev.aldis.mqtt.api;

/** Where a client stands. */
public enum ClientState {
    /** Not connected, and not trying to. Publishing queues. */
    DISCONNECTED,
    /** A connection is being made for the first time since {@link MqttClient#connect()}. */
    CONNECTING,
    /** CONNACK was received. */
    CONNECTED,
    /** The connection was lost and is being made again, or waits for its next attempt. */
    RECONNECTING,
    /** DISCONNECT was asked for and is under way. */
    DISCONNECTING,
    /** Closed for good. */
    CLOSED
}
