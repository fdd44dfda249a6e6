package dev.aldis.mqtt.api;

import org.jspecify.annotations.Nullable;

/**
 * The Reason Codes of MQTT 5.0 (section 2.4). The return codes of 3.1.1 and 3.1 appear as the code of the same meaning.
 */
public enum ReasonCode {
    /** 0x00. Success; also normal disconnection and Granted QoS 0. */
    SUCCESS(0x00),
    /** 0x01. The subscription was granted with QoS 1 at most. */
    GRANTED_QOS_1(0x01),
    /** 0x02. The subscription was granted with QoS 2 at most. */
    GRANTED_QOS_2(0x02),
    /** 0x04. The client disconnects and wants its Will Message published. */
    DISCONNECT_WITH_WILL_MESSAGE(0x04),
    /** 0x10. The server took the message, but nobody is subscribed to it. */
    NO_MATCHING_SUBSCRIBERS(0x10),
    /** 0x11. There was no such subscription to end. */
    NO_SUBSCRIPTION_EXISTED(0x11),
    /** 0x18. Authentication goes on with another step. */
    CONTINUE_AUTHENTICATION(0x18),
    /** 0x19. The client starts to authenticate again. */
    RE_AUTHENTICATE(0x19),
    /** 0x80. The peer does not say why, or no other code fits. */
    UNSPECIFIED_ERROR(0x80),
    /** 0x81. A packet could not be parsed. */
    MALFORMED_PACKET(0x81),
    /** 0x82. A packet could be parsed but is not allowed here. */
    PROTOCOL_ERROR(0x82),
    /** 0x83. Valid, but the receiver does not accept it. */
    IMPLEMENTATION_SPECIFIC_ERROR(0x83),
    /** 0x84. The server does not speak this protocol version. */
    UNSUPPORTED_PROTOCOL_VERSION(0x84),
    /** 0x85. The server does not allow this client identifier. */
    CLIENT_IDENTIFIER_NOT_VALID(0x85),
    /** 0x86. The server does not accept the user name or password. */
    BAD_USER_NAME_OR_PASSWORD(0x86),
    /** 0x87. The client may not do this. */
    NOT_AUTHORIZED(0x87),
    /** 0x88. The server is not available. */
    SERVER_UNAVAILABLE(0x88),
    /** 0x89. The server is busy; try again later. */
    SERVER_BUSY(0x89),
    /** 0x8A. The server's administration has barred this client. */
    BANNED(0x8A),
    /** 0x8B. The server is shutting down. */
    SERVER_SHUTTING_DOWN(0x8B),
    /** 0x8C. The authentication method is not supported or does not match. */
    BAD_AUTHENTICATION_METHOD(0x8C),
    /** 0x8D. Nothing was received for one and a half times the Keep Alive. */
    KEEP_ALIVE_TIMEOUT(0x8D),
    /** 0x8E. Another connection uses the same client identifier. */
    SESSION_TAKEN_OVER(0x8E),
    /** 0x8F. The filter is well-formed but not accepted. */
    TOPIC_FILTER_INVALID(0x8F),
    /** 0x90. The topic name is well-formed but not accepted. */
    TOPIC_NAME_INVALID(0x90),
    /** 0x91. The Packet Identifier is already in use. */
    PACKET_IDENTIFIER_IN_USE(0x91),
    /** 0x92. The Packet Identifier is not known. */
    PACKET_IDENTIFIER_NOT_FOUND(0x92),
    /** 0x93. More messages in flight than the Receive Maximum. */
    RECEIVE_MAXIMUM_EXCEEDED(0x93),
    /** 0x94. The Topic Alias is 0 or over the Topic Alias Maximum. */
    TOPIC_ALIAS_INVALID(0x94),
    /** 0x95. The packet is larger than the Maximum Packet Size. */
    PACKET_TOO_LARGE(0x95),
    /** 0x96. Messages come too fast. */
    MESSAGE_RATE_TOO_HIGH(0x96),
    /** 0x97. A limit that the administration set is exceeded. */
    QUOTA_EXCEEDED(0x97),
    /** 0x98. The administration closed the connection. */
    ADMINISTRATIVE_ACTION(0x98),
    /** 0x99. The payload does not match the Payload Format Indicator. */
    PAYLOAD_FORMAT_INVALID(0x99),
    /** 0x9A. The server does not keep retained messages. */
    RETAIN_NOT_SUPPORTED(0x9A),
    /** 0x9B. The server does not support this QoS. */
    QOS_NOT_SUPPORTED(0x9B),
    /** 0x9C. Use another server for now. */
    USE_ANOTHER_SERVER(0x9C),
    /** 0x9D. The server has moved for good. */
    SERVER_MOVED(0x9D),
    /** 0x9E. The server has no shared subscriptions. */
    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED(0x9E),
    /** 0x9F. Connections come too fast. */
    CONNECTION_RATE_EXCEEDED(0x9F),
    /** 0xA0. The longest time allowed for this connection is over. */
    MAXIMUM_CONNECT_TIME(0xA0),
    /** 0xA1. The server has no Subscription Identifiers. */
    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED(0xA1),
    /** 0xA2. The server has no wildcard subscriptions. */
    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED(0xA2);

    private static final @Nullable ReasonCode[] BY_VALUE = new @Nullable ReasonCode[256];

    static {
        for (ReasonCode code : values()) {
            BY_VALUE[code.value] = code;
        }
    }

    private final int value;

    ReasonCode(int value) {
        this.value = value;
    }

    /**
     * The code as it stands on the wire.
     *
     * @return 0 to 255
     */
    public int value() {
        return value;
    }

    /**
     * Whether the code says that something failed; the only test there is (section 2.4).
     *
     * @return true from 0x80 on
     */
    public boolean isError() {
        return value >= 0x80;
    }

    /**
     * The constant of a value on the wire.
     *
     * @param value 0 to 255
     * @return the constant, or null if the standard defines none
     */
    public static @Nullable ReasonCode of(int value) {
        return value < 0 || value > 255 ? null : BY_VALUE[value];
    }
}
