package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Subscription;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeMap;

/** What outlives a Network Connection (section 4.1), together with what waits to be sent. */
final class SessionState {

    /** The horizon when all messages are in memory. */
    static final long NOTHING_OUT = Long.MAX_VALUE;

    /** Messages with a Packet Identifier, in the order in which they were first sent. */
    final MessageList inFlight = new MessageList();
    /** QoS 1 and 2 messages without a Packet Identifier, in the order in which they were accepted. */
    final MessageList queue = new MessageList();
    /** QoS 0 messages, which never wait behind the others. */
    final MessageList fastLane = new MessageList();

    /** Messages that are not accepted yet, since there is no room for them. */
    final MessageList waiting = new MessageList();

    /** Messages of QoS 0 that are sent as soon as their removal from the store is durable, or behind such ones. */
    int fastLaneInGate;

    final PacketIdentifiers identifiers = new PacketIdentifiers();
    final IdentifierTable<OutboundMessage> outbound = new IdentifierTable<>();
    /** QoS 2 messages from the server between PUBREC and PUBCOMP. */
    final IdentifierTable<InboundMessage> inbound = new IdentifierTable<>();
    /** Messages read back from the store that the application has not accepted. */
    final Deque<InboundMessage> undelivered = new ArrayDeque<>();

    /** What the server was last asked for and has granted; sorted, so that runs repeat exactly. */
    final TreeMap<String, Subscription> subscriptions = new TreeMap<>();
    /** The Subscription Identifiers of these; 0 for none. */
    final TreeMap<String, Integer> subscriptionIdentifiers = new TreeMap<>();

    /** Whether the server may hold a session that belongs to this state. */
    boolean established;

    /**
     * Whether a CONNECT was sent whose answer is not known, or was, and QoS 2 messages are still suspect for it. The server
     * may have lost the session and begun another one with that CONNECT, so that Session Present 1 on the next connection
     * does not say which of the two is present.
     */
    boolean doubtful;

    long nextSequence = 1;
    long nextReleaseOrder = 1;
    /** The bytes of payload of the messages in memory. */
    long queuedBytes;

    /** From this sequence number on messages may be in the store only. */
    long horizon = NOTHING_OUT;

    /** How many messages of the queue are in the store only, and the bytes of their payloads. */
    long pagedOut;

    long pagedOutBytes;

    /** The messages of QoS 1 and 2 that are not complete, and those of QoS 0 not sent. */
    long outboundSize() {
        return inFlight.size() + queue.size() + fastLane.size() + pagedOut;
    }

    /** The bytes of payload of all these. */
    long outboundBytes() {
        return queuedBytes + pagedOutBytes;
    }

    /** Takes a message out of its list for good. */
    void end(OutboundMessage message) {
        MessageList list = message.list;
        if (list != null) {
            list.remove(message);
        }
        queuedBytes -= message.message().payload().sizeBytes();
        message.phase = OutboundPhase.DONE;
    }

    void releaseIdentifier(OutboundMessage message) {
        outbound.remove(message.packetIdentifier);
        identifiers.free(message.packetIdentifier);
    }
}
