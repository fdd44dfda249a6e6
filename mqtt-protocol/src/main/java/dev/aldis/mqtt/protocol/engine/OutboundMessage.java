package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.PublishOptions;
import dev.aldis.mqtt.api.PublishResult;
import org.jspecify.annotations.Nullable;

/** A message on its way to the server: its state, and its place in one {@link MessageList}. */
public final class OutboundMessage {

    private final Message message;
    private final PublishOptions options;
    private final long acceptedAtEpochMillis;
    private @Nullable Object operation;
    private long sentAtNanos;

    OutboundPhase phase = OutboundPhase.QUEUED;
    long sequence;
    int packetIdentifier;
    /** Position among the PUBRELs, which are resent in the order of their PUBRECs. */
    long releaseOrder;
    /** Whether a record says that the message is kept, apart from a record that says its identifier. */
    boolean recorded;
    /** Whether the identifier stands in a record of its own, since the message was queued before it was sent. */
    boolean identifierRecorded;
    /** The number of the batch with its first record; with a store, far away until it is recorded. */
    long batch = Long.MAX_VALUE;
    /** Whether a PUBLISH may have left already: the next one carries DUP. */
    boolean sentBefore;
    /** Whether it was sent in a session that the server has lost since. */
    boolean sentInLostSession;
    /** The connection whose send quota counts it; 0 for none. */
    int quotaConnection;
    /**
     * It was sent, and then the server's limits shrank so that it must not be sent again. Its identifier is brought to an
     * end with the server; whether it arrived stays unknown.
     */
    boolean abandoned;

    PublishResult result = PublishResult.SUCCESS;

    @Nullable
    MessageList list;

    @Nullable
    OutboundMessage previous;

    @Nullable
    OutboundMessage next;

    /**
     * A message as the application gave it.
     *
     * @param message the message
     * @param options what is stored with it
     * @param acceptedAtEpochMillis when it was accepted, by the wall clock
     */
    public OutboundMessage(Message message, PublishOptions options, long acceptedAtEpochMillis) {
        this.message = message;
        this.options = options;
        this.acceptedAtEpochMillis = acceptedAtEpochMillis;
    }

    /** The message. */
    public Message message() {
        return message;
    }

    /** What is stored with it. The checkpoint goes along with the first record and with no other. */
    public PublishOptions options() {
        return options;
    }

    /** When it was accepted, by the wall clock of that moment. */
    public long acceptedAtEpochMillis() {
        return acceptedAtEpochMillis;
    }

    /** The message as it is to be sent at a time of the wall clock: with what is left of its Message Expiry Interval. */
    public Message messageToSend(long epochMillis) {
        MessageProperties properties = message.properties();
        if (properties.messageExpirySeconds().isEmpty()) {
            return message;
        }
        long waitedSeconds = Math.max(0, epochMillis - acceptedAtEpochMillis) / 1_000;
        if (waitedSeconds == 0) {
            return message;
        }
        // What is sent again has expired at the earliest when it arrives: the server must see the end of the handshake.
        long left = Math.max(1, properties.messageExpirySeconds().getAsLong() - waitedSeconds);
        return message.withProperties(
                properties.toBuilder().messageExpirySeconds(left).build());
    }

    /** 1 to 65,535, or 0 while it has none. */
    public int packetIdentifier() {
        return packetIdentifier;
    }

    /** Its state. */
    public OutboundPhase phase() {
        return phase;
    }

    /** When its first PUBLISH left in this run, by the clock of the client; 0 if none has. */
    public long sentAtNanos() {
        return sentAtNanos;
    }

    /** A PUBLISH leaves; the first time counts. */
    public void markSent(long nowNanos) {
        if (sentAtNanos == 0) {
            sentAtNanos = nowNanos;
        }
    }

    /** What the server said; meaningful when completed. */
    public PublishResult result() {
        return result;
    }

    /** What the client has attached. */
    public @Nullable Object operation() {
        return operation;
    }

    /**
     * Attaches what belongs to the message outside of the engine, or null for nothing. A message to which something is
     * attached stays in memory until its end.
     */
    public void attach(@Nullable Object value) {
        this.operation = value;
    }
}
