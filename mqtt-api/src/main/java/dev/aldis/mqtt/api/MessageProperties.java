package dev.aldis.mqtt.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a message that travel with it from publisher to subscriber. MQTT 5.0 only: a client of an earlier
 * version refuses a message that has any. Immutable.
 */
public final class MessageProperties {

    /** No properties. */
    public static final MessageProperties NONE = new Builder().build();

    /** The longest Message Expiry Interval in seconds, 136 years. */
    public static final long MAXIMUM_EXPIRY_SECONDS = 0xFFFF_FFFFL;

    private final @Nullable PayloadFormat payloadFormat;
    private final long messageExpirySeconds;
    private final @Nullable String contentType;
    private final @Nullable TopicName responseTopic;
    private final @Nullable Payload correlationData;
    private final List<UserProperty> userProperties;

    private MessageProperties(Builder builder) {
        this.payloadFormat = builder.payloadFormat;
        this.messageExpirySeconds = builder.messageExpirySeconds;
        this.contentType = builder.contentType;
        this.responseTopic = builder.responseTopic;
        this.correlationData = builder.correlationData;
        this.userProperties = List.copyOf(builder.userProperties);
    }

    /**
     * A builder of properties, empty at first.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A builder that starts with these properties.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.payloadFormat = payloadFormat;
        builder.messageExpirySeconds = messageExpirySeconds;
        builder.contentType = contentType;
        builder.responseTopic = responseTopic;
        builder.correlationData = correlationData;
        builder.userProperties.addAll(userProperties);
        return builder;
    }

    /**
     * The Payload Format Indicator.
     *
     * @return the indicator, empty if absent
     */
    public Optional<PayloadFormat> payloadFormat() {
        return Optional.ofNullable(payloadFormat);
    }

    /**
     * The Message Expiry Interval: how long the message may still wait for a subscriber.
     *
     * @return 0 to 4,294,967,295 seconds; empty if the message does not expire
     */
    public OptionalLong messageExpirySeconds() {
        return messageExpirySeconds < 0 ? OptionalLong.empty() : OptionalLong.of(messageExpirySeconds);
    }

    /**
     * The Content Type, whose meaning the applications agree on.
     *
     * @return the text, empty if absent
     */
    public Optional<String> contentType() {
        return Optional.ofNullable(contentType);
    }

    /**
     * The topic where the sender of a request waits for the response.
     *
     * @return the topic, empty if absent
     */
    public Optional<TopicName> responseTopic() {
        return Optional.ofNullable(responseTopic);
    }

    /**
     * The bytes by which the sender of a request recognises the response.
     *
     * @return the bytes, empty if absent
     */
    public Optional<Payload> correlationData() {
        return Optional.ofNullable(correlationData);
    }

    /**
     * The User Properties in their order.
     *
     * @return an immutable list, often empty
     */
    public List<UserProperty> userProperties() {
        return userProperties;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MessageProperties that
                && payloadFormat == that.payloadFormat
                && messageExpirySeconds == that.messageExpirySeconds
                && Objects.equals(contentType, that.contentType)
                && Objects.equals(responseTopic, that.responseTopic)
                && Objects.equals(correlationData, that.correlationData)
                && userProperties.equals(that.userProperties);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                payloadFormat, messageExpirySeconds, contentType, responseTopic, correlationData, userProperties);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("MessageProperties[");
        append(text, "payloadFormat", payloadFormat);
        append(text, "messageExpirySeconds", messageExpirySeconds < 0 ? null : messageExpirySeconds);
        append(text, "contentType", contentType);
        append(text, "responseTopic", responseTopic);
        append(text, "correlationData", correlationData);
        append(text, "userProperties", userProperties.isEmpty() ? null : userProperties);
        return OneLine.of(text.append(']').toString());
    }

    private static void append(StringBuilder text, String name, @Nullable Object value) {
        if (value != null) {
            text.append(text.charAt(text.length() - 1) == '[' ? "" : ", ")
                    .append(name)
                    .append('=')
                    .append(value);
        }
    }

    /** Collects properties. Not safe for use by several threads at once. */
    public static final class Builder {

        private @Nullable PayloadFormat payloadFormat;
        private long messageExpirySeconds = -1;
        private @Nullable String contentType;
        private @Nullable TopicName responseTopic;
        private @Nullable Payload correlationData;
        private final List<UserProperty> userProperties = new ArrayList<>();

        private Builder() {}

        /**
         * Sets the Payload Format Indicator; absent by default.
         *
         * @param format the indicator
         * @return this
         */
        public Builder payloadFormat(PayloadFormat format) {
            this.payloadFormat = Objects.requireNonNull(format);
            return this;
        }

        /**
         * Sets the Message Expiry Interval; a message does not expire by default.
         *
         * @param seconds 0 to 4,294,967,295
         * @return this
         * @throws IllegalArgumentException if out of range
         */
        public Builder messageExpirySeconds(long seconds) {
            if (seconds < 0 || seconds > MAXIMUM_EXPIRY_SECONDS) {
                throw new IllegalArgumentException("Message Expiry Interval " + seconds
                        + " s is out of range: use 0 to " + MAXIMUM_EXPIRY_SECONDS);
            }
            this.messageExpirySeconds = seconds;
            return this;
        }

        /**
         * Sets the Content Type; absent by default.
         *
         * @param type any text of at most 65,535 bytes in UTF-8
         * @return this
         * @throws IllegalArgumentException if it is too long or cannot be encoded
         */
        public Builder contentType(String type) {
            this.contentType = MqttText.check("Content Type", type);
            return this;
        }

        /**
         * Sets the Response Topic; absent by default.
         *
         * @param topic where the response is expected
         * @return this
         */
        public Builder responseTopic(TopicName topic) {
            this.responseTopic = Objects.requireNonNull(topic);
            return this;
        }

        /**
         * Sets the Correlation Data; absent by default.
         *
         * @param data at most 65,535 bytes
         * @return this
         * @throws IllegalArgumentException if it is too long
         */
        public Builder correlationData(Payload data) {
            if (data.sizeBytes() > MqttText.MAXIMUM_BYTES) {
                throw new IllegalArgumentException("Correlation Data of " + data.sizeBytes() + " bytes is too long: at"
                        + " most " + MqttText.MAXIMUM_BYTES + " bytes fit");
            }
            this.correlationData = data;
            return this;
        }

        /**
         * Adds a User Property behind those there are.
         *
         * @param name its name
         * @param value its value
         * @return this
         * @throws IllegalArgumentException if one of them is too long or cannot be encoded
         */
        public Builder userProperty(String name, String value) {
            userProperties.add(new UserProperty(name, value));
            return this;
        }

        /**
         * Makes the properties.
         *
         * @return the properties
         */
        public MessageProperties build() {
            return new MessageProperties(this);
        }
    }
}
