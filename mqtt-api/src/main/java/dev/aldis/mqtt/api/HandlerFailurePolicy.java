package dev.aldis.mqtt.api;

/** What happens to a message whose handler has thrown. Each failure is also a {@link ClientEvent.HandlerFailed}. */
public enum HandlerFailurePolicy {
    /**
     * The handler gets the message again after a pause that grows from 100 milliseconds to 30 seconds. Later messages
     * wait, the message is not acknowledged meanwhile.
     */
    REDELIVER,
    /** The message counts as accepted. */
    SKIP,
    /**
     * The message is refused: with the Reason Code of the exception if that is an {@link MqttException} with one that can
     * refuse, with {@link ReasonCode#UNSPECIFIED_ERROR} otherwise. QoS 0 is skipped. Implies
     * {@link ReceiveOptions#refusal()}. MQTT 5.0 only.
     */
    REFUSE,
    /** The client disconnects without having acknowledged the message. */
    STOP
}
