package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.api.TopicName;
import java.util.List;
import java.util.zip.CRC32C;

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
    /** QoS 2: the connection on which PUBREL has come, so that PUBCOMP waits for the acceptance; 0 for none. */
    int releasedOn;
    /** QoS 2: it may belong to a session that the server has lost; see {@link SessionState#doubtful}. */
    boolean suspect;

    private long knownFingerprint;

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
    static InboundMessage accepted(long deliveryIdentifier, int packetIdentifier, long fingerprint) {
        Message unknown = Message.of(UNKNOWN_TOPIC, QoS.EXACTLY_ONCE, Payload.EMPTY);
        InboundMessage message = new InboundMessage(unknown, false, List.of(), deliveryIdentifier, 0);
        message.packetIdentifier = packetIdentifier;
        message.accepted = true;
        message.knownFingerprint = fingerprint;
        return message;
    }

    /**
     * By what topic and payload can be recognised when they are gone. The properties are left out, since the server counts
     * the Message Expiry Interval down.
     */
    long fingerprint() {
        if (knownFingerprint == 0) {
            knownFingerprint = fingerprint(message);
        }
        return knownFingerprint;
    }

    static long fingerprint(Message message) {
        CRC32C sum = new CRC32C();
        sum.update(message.topic().utf8());
        sum.update(message.payload().asByteBuffer());
        return sum.getValue() << Integer.SIZE | message.payload().sizeBytes();
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
