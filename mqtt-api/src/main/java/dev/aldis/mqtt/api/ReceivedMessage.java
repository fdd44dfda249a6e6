package dev.aldis.mqtt.api;

import java.util.List;
import java.util.Optional;

/** A message from the server, with what is known of its delivery. Immutable. */
public interface ReceivedMessage {

    /**
     * The message itself.
     *
     * @return the message
     */
    Message message();

    /**
     * Its topic.
     *
     * @return the topic
     */
    default TopicName topic() {
        return message().topic();
    }

    /**
     * Its content.
     *
     * @return the payload
     */
    default Payload payload() {
        return message().payload();
    }

    /**
     * The QoS of this delivery.
     *
     * @return the lower one of what it was published with and what was subscribed to
     */
    default QoS qos() {
        return message().qos();
    }

    /**
     * Whether the server had kept the message and sends it because of a new subscription.
     *
     * @return the retain flag as received
     */
    default boolean retained() {
        return message().retain();
    }

    /**
     * A response to this message, if it is a request: to its Response Topic, with its Correlation Data (section 4.10.1).
     *
     * @param responseQos how surely the response is delivered
     * @param content what is answered
     * @return empty if the message has no Response Topic
     */
    default Optional<Message> response(QoS responseQos, Payload content) {
        MessageProperties properties = message().properties();
        return properties.responseTopic().map(topic -> {
            MessageProperties.Builder builder = MessageProperties.builder();
            properties.correlationData().ifPresent(builder::correlationData);
            return Message.of(topic, responseQos, content).withProperties(builder.build());
        });
    }

    /**
     * Whether the server said that it may have sent the message before (DUP).
     *
     * @return always false for QoS 0
     */
    boolean duplicate();

    /**
     * Whether this client may have handed the message over before: its handler threw, or the process ended before the
     * acceptance was stored. False means surely the first time for QoS 2.
     *
     * @return the mark
     */
    boolean redelivered();

    /**
     * The number of the delivery, unique in its store and the same when the message is handed over again. An application
     * that records it with its own result, in the same transaction, processes each QoS 2 message exactly once.
     *
     * @return a positive number for QoS 2; for QoS 0 and 1 unique in this run of the client only
     */
    long deliveryIdentifier();

    /**
     * The Subscription Identifiers that the server sent with the message. MQTT 5.0 only.
     *
     * @return an immutable list, often empty
     */
    List<Integer> subscriptionIdentifiers();
}
