package dev.aldis.mqtt.protocol.codec;

import static dev.aldis.mqtt.protocol.codec.PropertyHolder.AUTH;
import static dev.aldis.mqtt.protocol.codec.PropertyHolder.CONNACK;
import static dev.aldis.mqtt.protocol.codec.PropertyHolder.CONNECT;
import static dev.aldis.mqtt.protocol.codec.PropertyHolder.DISCONNECT;
import static dev.aldis.mqtt.protocol.codec.PropertyHolder.PUBACK;
import static dev.aldis.mqtt.protocol.codec.PropertyHolder.PUBCOMP;
import static dev.aldis.mqtt.protocol.codec.PropertyHolder.PUBLISH;
import static dev.aldis.mqtt.protocol.codec.PropertyHolder.PUBREC;
import static dev.aldis.mqtt.protocol.codec.PropertyHolder.PUBREL;
import static dev.aldis.mqtt.protocol.codec.PropertyHolder.SUBACK;
import static dev.aldis.mqtt.protocol.codec.PropertyHolder.SUBSCRIBE;
import static dev.aldis.mqtt.protocol.codec.PropertyHolder.UNSUBACK;
import static dev.aldis.mqtt.protocol.codec.PropertyHolder.WILL;
import static dev.aldis.mqtt.protocol.codec.PropertyType.BINARY_DATA;
import static dev.aldis.mqtt.protocol.codec.PropertyType.BYTE;
import static dev.aldis.mqtt.protocol.codec.PropertyType.FOUR_BYTE_INTEGER;
import static dev.aldis.mqtt.protocol.codec.PropertyType.STRING;
import static dev.aldis.mqtt.protocol.codec.PropertyType.STRING_PAIR;
import static dev.aldis.mqtt.protocol.codec.PropertyType.TOPIC_NAME;
import static dev.aldis.mqtt.protocol.codec.PropertyType.TWO_BYTE_INTEGER;
import static dev.aldis.mqtt.protocol.codec.PropertyType.VARIABLE_BYTE_INTEGER;

import org.jspecify.annotations.Nullable;

/**
 * The properties of MQTT 5.0 (table 2-4): identifier, name, type, smallest and largest value, and who may have it. Reader
 * and writer both go by this table.
 */
enum Property {
    PAYLOAD_FORMAT_INDICATOR(0x01, "Payload Format Indicator", BYTE, 0, 1, PUBLISH, WILL),
    MESSAGE_EXPIRY_INTERVAL(0x02, "Message Expiry Interval", FOUR_BYTE_INTEGER, 0, 0xFFFF_FFFFL, PUBLISH, WILL),
    CONTENT_TYPE(0x03, "Content Type", STRING, 0, 0, PUBLISH, WILL),
    RESPONSE_TOPIC(0x08, "Response Topic", TOPIC_NAME, 0, 0, PUBLISH, WILL),
    CORRELATION_DATA(0x09, "Correlation Data", BINARY_DATA, 0, 0, PUBLISH, WILL),
    SUBSCRIPTION_IDENTIFIER(
            0x0B, "Subscription Identifier", VARIABLE_BYTE_INTEGER, 1, VariableByteInteger.MAXIMUM, PUBLISH, SUBSCRIBE),
    SESSION_EXPIRY_INTERVAL(
            0x11, "Session Expiry Interval", FOUR_BYTE_INTEGER, 0, 0xFFFF_FFFFL, CONNECT, CONNACK, DISCONNECT),
    ASSIGNED_CLIENT_IDENTIFIER(0x12, "Assigned Client Identifier", STRING, 0, 0, CONNACK),
    SERVER_KEEP_ALIVE(0x13, "Server Keep Alive", TWO_BYTE_INTEGER, 0, 0xFFFF, CONNACK),
    AUTHENTICATION_METHOD(0x15, "Authentication Method", STRING, 0, 0, CONNECT, CONNACK, AUTH),
    AUTHENTICATION_DATA(0x16, "Authentication Data", BINARY_DATA, 0, 0, CONNECT, CONNACK, AUTH),
    REQUEST_PROBLEM_INFORMATION(0x17, "Request Problem Information", BYTE, 0, 1, CONNECT),
    WILL_DELAY_INTERVAL(0x18, "Will Delay Interval", FOUR_BYTE_INTEGER, 0, 0xFFFF_FFFFL, WILL),
    REQUEST_RESPONSE_INFORMATION(0x19, "Request Response Information", BYTE, 0, 1, CONNECT),
    RESPONSE_INFORMATION(0x1A, "Response Information", STRING, 0, 0, CONNACK),
    SERVER_REFERENCE(0x1C, "Server Reference", STRING, 0, 0, CONNACK, DISCONNECT),
    REASON_STRING(
            0x1F,
            "Reason String",
            STRING,
            0,
            0,
            CONNACK,
            PUBACK,
            PUBREC,
            PUBREL,
            PUBCOMP,
            SUBACK,
            UNSUBACK,
            DISCONNECT,
            AUTH),
    RECEIVE_MAXIMUM(0x21, "Receive Maximum", TWO_BYTE_INTEGER, 1, 0xFFFF, CONNECT, CONNACK),
    TOPIC_ALIAS_MAXIMUM(0x22, "Topic Alias Maximum", TWO_BYTE_INTEGER, 0, 0xFFFF, CONNECT, CONNACK),
    /** Any value here: one that is out of range has a Reason Code of its own, see {@link TopicAliases}. */
    TOPIC_ALIAS(0x23, "Topic Alias", TWO_BYTE_INTEGER, 0, 0xFFFF, PUBLISH),
    MAXIMUM_QOS(0x24, "Maximum QoS", BYTE, 0, 1, CONNACK),
    RETAIN_AVAILABLE(0x25, "Retain Available", BYTE, 0, 1, CONNACK),
    USER_PROPERTY(0x26, "User Property", STRING_PAIR, 0, 0, PropertyHolder.values()),
    MAXIMUM_PACKET_SIZE(0x27, "Maximum Packet Size", FOUR_BYTE_INTEGER, 1, 0xFFFF_FFFFL, CONNECT, CONNACK),
    WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, "Wildcard Subscription Available", BYTE, 0, 1, CONNACK),
    SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, "Subscription Identifier Available", BYTE, 0, 1, CONNACK),
    SHARED_SUBSCRIPTION_AVAILABLE(0x2A, "Shared Subscription Available", BYTE, 0, 1, CONNACK);

    /** Less than 64, so that a set of properties is a long. */
    static final int LARGEST_IDENTIFIER = 0x2A;

    private static final @Nullable Property[] BY_IDENTIFIER = new @Nullable Property[LARGEST_IDENTIFIER + 1];

    static {
        for (Property property : values()) {
            BY_IDENTIFIER[property.identifier] = property;
        }
    }

    private final int identifier;
    private final String text;
    private final PropertyType type;
    private final long minimum;
    private final long maximum;
    private final int holders;

    Property(int identifier, String text, PropertyType type, long minimum, long maximum, PropertyHolder... holders) {
        this.identifier = identifier;
        this.text = text;
        this.type = type;
        this.minimum = minimum;
        this.maximum = maximum;
        int bits = 0;
        for (PropertyHolder holder : holders) {
            bits |= holder.bit();
        }
        this.holders = bits;
    }

    /** The property of an identifier, or null if the standard defines none. */
    static @Nullable Property of(int identifier) {
        return identifier < BY_IDENTIFIER.length ? BY_IDENTIFIER[identifier] : null;
    }

    /** One byte for every property there is. */
    int identifier() {
        return identifier;
    }

    PropertyType type() {
        return type;
    }

    /** Its bit in a set of properties. */
    long bit() {
        return 1L << identifier;
    }

    boolean isAllowedIn(PropertyHolder holder) {
        return (holders & holder.bit()) != 0;
    }

    /** Whether there may be several: User Property everywhere, Subscription Identifier in PUBLISH. */
    boolean isRepeatableIn(PropertyHolder holder) {
        return this == USER_PROPERTY || (this == SUBSCRIPTION_IDENTIFIER && holder == PropertyHolder.PUBLISH);
    }

    /** Whether a client that did not request problem information must not get it {@code [MQTT-3.1.2-29]}. */
    boolean isProblemInformation() {
        return this == REASON_STRING || this == USER_PROPERTY;
    }

    boolean isInRange(long value) {
        return value >= minimum && value <= maximum;
    }

    /** The range in words. */
    String range() {
        return minimum + " to " + maximum;
    }

    @Override
    public String toString() {
        return text;
    }
}
