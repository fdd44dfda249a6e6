package dev.aldis.mqtt.api;

/**
 * A received message that the application acknowledges itself. Not for implementation by applications.
 *
 * <p>Any thread may decide, in any order and at any time: the answers to the server leave in the order in which the messages
 * came, as the standard asks for {@code [MQTT-4.6.0-2] [MQTT-4.6.0-3]}, so a message that is never decided holds back those
 * behind it. Both methods return at once. Until the decision a message counts against the Receive Maximum, which is how a
 * slow application holds the server back.
 */
public interface Delivery extends ReceivedMessage {

    /** What became of a decision. */
    enum Outcome {
        /** It counts. The server is told when all messages before this one are decided. */
        TAKEN,
        /** The message was decided before, or handed over anew since then: nothing changes. */
        TOO_LATE,
        /** The message has QoS 0: the server waits for nothing. */
        NOT_NEEDED,
        /** The client has been closed: the server is not told, and sends the message again to the next client. */
        CLIENT_CLOSED
    }

    /**
     * Accepts the message. QoS 1 is acknowledged; a QoS 2 message is removed from the store. After a lost connection an
     * earlier delivery of a QoS 1 message can be acknowledged without harm, and without effect: the server sends it again.
     *
     * @return what became of it
     */
    Outcome acknowledge();

    /**
     * Refuses the message: PUBACK or PUBREC carries the Reason Code, and the server does not send it again. Should the
     * connection break before the refusal arrives, the message comes again as a new one. A server whose Maximum Packet
     * Size of 4 bytes has no room for a Reason Code is told that the message has arrived, and no more.
     *
     * @param reasonCode why: {@code UNSPECIFIED_ERROR}, {@code IMPLEMENTATION_SPECIFIC_ERROR}, {@code NOT_AUTHORIZED},
     *     {@code TOPIC_NAME_INVALID}, {@code PACKET_IDENTIFIER_IN_USE}, {@code QUOTA_EXCEEDED} or
     *     {@code PAYLOAD_FORMAT_INVALID} {@code [MQTT-3.4.2-1] [MQTT-3.5.2-1]}
     * @param diagnostics what is added in words; left out where the server's Maximum Packet Size has no room for it
     * @return what became of it
     * @throws IllegalArgumentException if it is another Reason Code
     * @throws UnsupportedOperationException if the protocol version has no Reason Codes: only MQTT 5.0 can refuse
     * @throws IllegalStateException if the message has QoS 2 and {@link ReceiveOptions#refusal()} is not set, so that
     *     PUBREC has left when the message was stored
     */
    Outcome refuse(ReasonCode reasonCode, Diagnostics diagnostics);

    /**
     * Refuses the message without words, as {@link #refuse(ReasonCode, Diagnostics)}.
     *
     * @param reasonCode why
     * @return what became of it
     * @throws IllegalArgumentException if it is a Reason Code that cannot refuse
     * @throws UnsupportedOperationException if the protocol version has no Reason Codes
     * @throws IllegalStateException if the message has QoS 2 and {@link ReceiveOptions#refusal()} is not set
     */
    default Outcome refuse(ReasonCode reasonCode) {
        return refuse(reasonCode, Diagnostics.NONE);
    }
}
