package dev.aldis.mqtt.api;

import java.util.Objects;

/**
 * An application message, the same for each protocol version, to be published or as received. Immutable.
 *
 * @param topic where it is published
 * @param payload its content; may be empty
 * @param qos how surely it is delivered
 * @param retain to be published: whether the server keeps it for later subscribers; as received: whether it was kept
 * @param properties what MQTT 5.0 adds; {@link MessageProperties#NONE} for the earlier versions
 */
public record Message(TopicName topic, Payload payload, QoS qos, boolean retain, MessageProperties properties) {

    /** Checks that nothing is null. */
    public Message {
        Objects.requireNonNull(topic);
        Objects.requireNonNull(payload);
        Objects.requireNonNull(qos);
        Objects.requireNonNull(properties);
    }

    /**
     * A message without retain flag and properties.
     *
     * @param topic where it is published
     * @param qos how surely it is delivered
     * @param payload its content
     * @return the message
     */
    public static Message of(TopicName topic, QoS qos, Payload payload) {
        return new Message(topic, payload, qos, false, MessageProperties.NONE);
    }

    /**
     * A message with text in UTF-8, without retain flag and properties.
     *
     * @param topic where it is published
     * @param qos how surely it is delivered
     * @param text its content
     * @return the message
     * @throws IllegalArgumentException if the topic is no topic name
     */
    public static Message of(String topic, QoS qos, String text) {
        return of(TopicName.of(topic), qos, Payload.of(text));
    }

    /**
     * This message with another retain flag.
     *
     * @param flag whether the server keeps it
     * @return the message
     */
    public Message withRetain(boolean flag) {
        return new Message(topic, payload, qos, flag, properties);
    }

    /**
     * This message with other properties.
     *
     * @param other the properties
     * @return the message
     */
    public Message withProperties(MessageProperties other) {
        return new Message(topic, payload, qos, retain, other);
    }
}
