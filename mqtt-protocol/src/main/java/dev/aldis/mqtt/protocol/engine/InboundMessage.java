package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReceivedMessage;
import dev.aldis.mqtt.api.TopicName;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A message from the server: what the application sees of it, and where its handshake stands. */
public final class InboundMessage implements ReceivedMessage {

    /** Two strings, each with an array, and what holds them. */
    private static final long USER_PROPERTY_BYTES = 128;

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

    /** Why the application does not take it; null while it has not said so. Never together with {@link #accepted}. */
    @Nullable
    Refusal refusal;

    /** QoS 2: the connection on which PUBREC waits for the application's decision; 0 for none. */
    int receiptDueOn;
    /** QoS 2: the connection on which PUBREL has come, so that PUBCOMP waits for the acceptance; 0 for none. */
    int releasedOn;
    /** QoS 2: it may belong to a session that the server has lost; see {@link SessionState#doubtful}. */
    boolean suspect;

    private long knownFingerprint;

    private @Nullable Refusal decision;
    private @Nullable InboundMessage nextDecided;

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

    /** Whether the application has said what becomes of it. */
    boolean isDecided() {
        return accepted || refusal != null;
    }

    /** What is left in the store of a message that was accepted: its identifiers. */
    static InboundMessage accepted(long deliveryIdentifier, int packetIdentifier, long fingerprint) {
        InboundMessage message = decided(deliveryIdentifier, packetIdentifier, fingerprint);
        message.accepted = true;
        return message;
    }

    /** What is left in the store of a message that was refused: its identifiers, and why. */
    static InboundMessage refused(long deliveryIdentifier, int packetIdentifier, long fingerprint, Refusal refusal) {
        InboundMessage message = decided(deliveryIdentifier, packetIdentifier, fingerprint);
        message.refusal = refusal;
        return message;
    }

    private static InboundMessage decided(long deliveryIdentifier, int packetIdentifier, long fingerprint) {
        Message unknown = Message.of(UNKNOWN_TOPIC, QoS.EXACTLY_ONCE, Payload.EMPTY);
        InboundMessage message = new InboundMessage(unknown, false, List.of(), deliveryIdentifier, 0);
        message.packetIdentifier = packetIdentifier;
        message.knownFingerprint = fingerprint;
        return message;
    }

    /**
     * By what topic and payload can be recognised when they are gone. The properties are left out, since the server counts
     * the Message Expiry Interval down.
     */
    public long fingerprint() {
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

    /** About what it takes in memory, for limits: properties that are empty take some as well. */
    public long heldBytes() {
        return heldBytes(message);
    }

    /** The same of any message. */
    public static long heldBytes(Message message) {
        return message.payload().sizeBytes()
                + USER_PROPERTY_BYTES * message.properties().userProperties().size();
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

    /** Keeps what the application has decided until the engine is told: null to accept it. For the client. */
    public void decide(@Nullable Refusal value) {
        decision = value;
    }

    /** What the application has decided. */
    public @Nullable Refusal decision() {
        return decision;
    }

    /** Links messages on their way to the engine, so that a queue of them allocates nothing. For the client. */
    public void linkDecided(@Nullable InboundMessage next) {
        nextDecided = next;
    }

    /** The message that was linked. */
    public @Nullable InboundMessage nextDecided() {
        return nextDecided;
    }

    @Override
    public String toString() {
        return "InboundMessage[" + message.topic() + ", " + message.qos() + ", delivery " + deliveryIdentifier + "]";
    }
}
