package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.PayloadFormat;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.api.UserProperty;
import java.util.List;

/** The properties that PUBLISH and the Will have in common. */
final class MessagePropertiesCodec {

    private static final long ALL = Property.PAYLOAD_FORMAT_INDICATOR.bit()
            | Property.MESSAGE_EXPIRY_INTERVAL.bit()
            | Property.CONTENT_TYPE.bit()
            | Property.RESPONSE_TOPIC.bit()
            | Property.CORRELATION_DATA.bit()
            | Property.USER_PROPERTY.bit();

    private MessagePropertiesCodec() {}

    static MessageProperties read(PropertyValues values) {
        if (!values.hasAny(ALL)) {
            return MessageProperties.NONE;
        }
        MessageProperties.Builder properties = MessageProperties.builder();
        if (values.has(Property.PAYLOAD_FORMAT_INDICATOR)) {
            properties.payloadFormat(
                    values.flag(Property.PAYLOAD_FORMAT_INDICATOR, false)
                            ? PayloadFormat.UTF_8
                            : PayloadFormat.UNSPECIFIED);
        }
        if (values.has(Property.MESSAGE_EXPIRY_INTERVAL)) {
            properties.messageExpirySeconds(values.integer(Property.MESSAGE_EXPIRY_INTERVAL, 0));
        }
        String contentType = values.string(Property.CONTENT_TYPE);
        if (contentType != null) {
            properties.contentType(contentType);
        }
        TopicName responseTopic = values.topicName(Property.RESPONSE_TOPIC);
        if (responseTopic != null) {
            properties.responseTopic(responseTopic);
        }
        Payload correlationData = values.binary(Property.CORRELATION_DATA);
        if (correlationData != null) {
            properties.correlationData(correlationData);
        }
        for (UserProperty property : values.userProperties()) {
            properties.userProperty(property.name(), property.value());
        }
        return properties.build();
    }

    /** Payload Format Indicator and Message Expiry Interval, which come first. */
    static void writeFirst(MessageProperties properties, WireBuffer out) {
        properties
                .payloadFormat()
                .ifPresent(format -> PropertyWriter.putInteger(
                        out, Property.PAYLOAD_FORMAT_INDICATOR, format == PayloadFormat.UTF_8 ? 1 : 0));
        properties
                .messageExpirySeconds()
                .ifPresent(seconds -> PropertyWriter.putInteger(out, Property.MESSAGE_EXPIRY_INTERVAL, seconds));
    }

    /** Response Topic, Correlation Data and User Properties. */
    static void writeMiddle(MessageProperties properties, WireBuffer out) {
        PropertyWriter.putTopic(
                out, Property.RESPONSE_TOPIC, properties.responseTopic().orElse(null));
        PropertyWriter.putBinary(
                out, Property.CORRELATION_DATA, properties.correlationData().orElse(null));
        PropertyWriter.putUserProperties(out, properties.userProperties());
    }

    static void writeContentType(MessageProperties properties, WireBuffer out) {
        PropertyWriter.putString(
                out, Property.CONTENT_TYPE, properties.contentType().orElse(null));
    }

    /** The usual case; equal ones that are another object are only slower. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isNone(MessageProperties properties) {
        return properties == MessageProperties.NONE;
    }

    /** How many bytes all three parts take together. */
    static long sizeBytes(MessageProperties properties) {
        if (isNone(properties)) {
            return 0;
        }
        long size = properties.payloadFormat().isPresent() ? 2 : 0;
        size += properties.messageExpirySeconds().isPresent() ? 5 : 0;
        size += properties.contentType().map(type -> 3 + Utf8.sizeBytes(type)).orElse(0);
        size += properties.responseTopic().map(topic -> 3 + topic.sizeBytes()).orElse(0);
        size += properties.correlationData().map(data -> 3 + data.sizeBytes()).orElse(0);
        List<UserProperty> userProperties = properties.userProperties();
        for (int i = 0; i < userProperties.size(); i++) {
            UserProperty property = userProperties.get(i);
            size += 5L + Utf8.sizeBytes(property.name()) + Utf8.sizeBytes(property.value());
        }
        return size;
    }
}
