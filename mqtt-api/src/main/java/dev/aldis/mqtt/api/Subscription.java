package dev.aldis.mqtt.api;

import java.util.Objects;

/**
 * What a client asks to receive (section 3.8.3).
 *
 * <p>A filter that begins with {@code $share/} is a shared subscription in MQTT 5.0. Before that the standard has none, but
 * many servers (mosquitto, HiveMQ) take it in the same way; one that does not sends nothing for it.
 *
 * @param topicFilter which topics
 * @param maximumQos the QoS that messages are sent with at most
 * @param noLocal whether to leave out what this client publishes itself; true needs MQTT 5.0
 * @param retainAsPublished whether the retain flag comes as it was published; true needs MQTT 5.0
 * @param retainHandling what happens to retained messages; other than {@code SEND} needs MQTT 5.0
 */
public record Subscription(
        TopicFilter topicFilter,
        QoS maximumQos,
        boolean noLocal,
        boolean retainAsPublished,
        RetainHandling retainHandling) {

    /**
     * Checks that No Local is not asked of a shared subscription {@code [MQTT-3.8.3-4]}.
     *
     * @throws IllegalArgumentException if it is
     */
    public Subscription {
        Objects.requireNonNull(topicFilter);
        Objects.requireNonNull(maximumQos);
        Objects.requireNonNull(retainHandling);
        if (noLocal && topicFilter.isShared()) {
            throw new IllegalArgumentException(
                    "Shared subscription '" + topicFilter + "' cannot have No Local: leave it out [MQTT-3.8.3-4]");
        }
    }

    /**
     * A subscription with the defaults of the standard.
     *
     * @param topicFilter which topics
     * @param maximumQos the QoS that messages are sent with at most
     * @return the subscription
     * @throws IllegalArgumentException if the filter is not valid
     */
    public static Subscription of(String topicFilter, QoS maximumQos) {
        return new Subscription(TopicFilter.of(topicFilter), maximumQos, false, false, RetainHandling.SEND);
    }

    /**
     * This subscription with another No Local option.
     *
     * @param flag whether to leave out what this client publishes itself
     * @return the subscription
     */
    public Subscription withNoLocal(boolean flag) {
        return new Subscription(topicFilter, maximumQos, flag, retainAsPublished, retainHandling);
    }

    /**
     * This subscription with another Retain As Published option.
     *
     * @param flag whether the retain flag comes as it was published
     * @return the subscription
     */
    public Subscription withRetainAsPublished(boolean flag) {
        return new Subscription(topicFilter, maximumQos, noLocal, flag, retainHandling);
    }

    /**
     * This subscription with another Retain Handling option.
     *
     * @param handling what happens to retained messages
     * @return the subscription
     */
    public Subscription withRetainHandling(RetainHandling handling) {
        return new Subscription(topicFilter, maximumQos, noLocal, retainAsPublished, handling);
    }

    /**
     * Whether the subscription needs MQTT 5.0.
     *
     * @return true if it has an option that 3.1.1 does not know
     */
    public boolean needsMqtt5() {
        return noLocal || retainAsPublished || retainHandling != RetainHandling.SEND;
    }
}
