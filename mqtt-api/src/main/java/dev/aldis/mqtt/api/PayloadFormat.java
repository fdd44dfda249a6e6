package dev.aldis.mqtt.api;

/** The Payload Format Indicator (section 3.3.2.3.2). MQTT 5.0 only. */
public enum PayloadFormat {
    /** Bytes of which nothing is said; the meaning of an absent indicator too. */
    UNSPECIFIED,
    /** Text in UTF-8. */
    UTF_8
}
