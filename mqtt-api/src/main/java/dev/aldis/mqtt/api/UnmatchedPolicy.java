package dev.aldis.mqtt.api;

/**
 * What happens to a message that no handler is for. Each is also a {@link ClientEvent.Unmatched}. A handler for all of them is
 * given with {@link MqttClientBuilder#onUnmatched}.
 */
public enum UnmatchedPolicy {
    /**
     * It is held, and not acknowledged, until a handler for it is added. QoS 1 and 2 are bounded by the Receive Maximum, and
     * before MQTT 5.0 by the limit at which the client reads no more; QoS 0 messages beyond 1,000 are dropped.
     */
    HOLD,
    /** It is refused with {@link ReasonCode#IMPLEMENTATION_SPECIFIC_ERROR}. MQTT 5.0 only. QoS 0 is dropped. */
    REFUSE,
    /** It is acknowledged and dropped. */
    ACKNOWLEDGE
}
