package dev.aldis.mqtt.protocol.engine;

/** When PUBREC answers a QoS 2 message from the server. */
public enum Receipts {
    /** When the message is stored. What PUBREC has acknowledged cannot be refused any more. */
    WHEN_STORED,
    /** When the application has decided, so that PUBREC can refuse the message. MQTT 5.0 only. */
    WHEN_DECIDED
}
