package dev.aldis.mqtt.api;

/** What the server does with retained messages when a subscription is made (section 3.8.3.1). MQTT 5.0 only. */
public enum RetainHandling {
    /** Retained messages are sent at each subscribe. */
    SEND,
    /** Retained messages are sent only if the subscription did not exist. */
    SEND_IF_NEW,
    /** Retained messages are not sent. */
    DO_NOT_SEND
}
