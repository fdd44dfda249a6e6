package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.api.TopicName;
import java.util.List;

/** A message from the server: what the application sees of it, and where its handshake stands. */
public final class InboundMessage implements ReceivedMessage {

    private static final TopicName UNKNOWN_TOPIC = TopicName.of("unknown");

    private final Message message;
    private final boolean duplicate;
    private final List<Integer> subscriptionIdentifiers;
    private final long deliveryIdentifier;
    private final long receivedAtEpochMillis;
    private volatile boolean redelivered;

    /** 1 to 65,535; 0 for QoS 0, and when the server has forgotten the exchange. */
    int packetIdentifier;
    /** The number of the connection that it came with; 0 if it was read back from the store. */
    int connection;

    boolean accepted;
    /** QoS 2: PUBREL has come, PUBCOMP waits for the acceptance. */
    boolean released;

    InboundMessage(
            Message message,
            boolean duplicate,
            List<Integer> subscriptionIdentifiers,
            long deliveryIdentifier,
            long receivedAtEpochMillis) {
        this.message = message;
        this.duplicate = duplicate;
        this.subscriptionIdentifiers = subscriptionIdentifiers;
        this.deliveryIdentifier = deliveryIdentifier;
        this.receivedAtEpochMillis = receivedAtEpochMillis;
    }

    /** What is left in the store of a message that was accepted: its identifiers. */
    static InboundMessage accepted(long deliveryIdentifier, int packetIdentifier) {
        Message unknown = Message.of(UNKNOWN_TOPIC, QoS.EXACTLY_ONCE, Payload.EMPTY);
        InboundMessage message = new InboundMessage(unknown, false, List.of(), deliveryIdentifier, 0);
        message.packetIdentifier = packetIdentifier;
        message.accepted = true;
        return message;
    }

    @Override
    public Message message() {
        return message;
    }

    @Override
    public boolean duplicate() {
        return duplicate;
    }

    @Override
    public boolean redelivered() {
        return redelivered;
    }

    @Override
    public long deliveryIdentifier() {
        return deliveryIdentifier;
    }

    @Override
    public List<Integer> subscriptionIdentifiers() {
        return subscriptionIdentifiers;
    }

    /** When it was received, by the wall clock of that moment. */
    public long receivedAtEpochMillis() {
        return receivedAtEpochMillis;
    }

    /** Says that the application may have had the message before. */
    public void markRedelivered() {
        redelivered = true;
    }

    @Override
    public String toString() {
        return "InboundMessage[" + message.topic() + ", " + message.qos() + ", delivery " + deliveryIdentifier + "]";
    }
}
