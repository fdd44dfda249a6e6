package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.PublishResult;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.engine.StoreGate.Action;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages to the server: the queue, the window, and the sender's side of each QoS (section 4.3).
 *
 * <p>A message is recorded when it is accepted and its first PUBLISH leaves only when the record is durable. PUBREC
 * replaces the record by the identifier in one change; the last acknowledgement removes it; both changes are durable
 * before what follows from them leaves.
 */
final class OutboundFlow {

    /** Identifiers that publishing leaves to SUBSCRIBE and UNSUBSCRIBE. */
    private static final int RESERVED_IDENTIFIERS = 16;

    private final ClientLimits limits;
    private final SessionState session;
    private final StoreGate gate;
    private final Journal journal;
    private final Notices notices;
    private final PublishLimits publishLimits;

    /** The first message of the queue that has no record yet; all behind it have none either. */
    private @Nullable OutboundMessage firstUnrecorded;

    private @Nullable MqttException storeFault;

    OutboundFlow(
            ClientLimits limits,
            SessionState session,
            StoreGate gate,
            Journal journal,
            Notices notices,
            PublishLimits publishLimits) {
        this.limits = limits;
        this.session = session;
        this.gate = gate;
        this.journal = journal;
        this.notices = notices;
        this.publishLimits = publishLimits;
    }

    /** Takes a message from the application. */
    void publish(OutboundMessage message, @Nullable ConnectionState connection) {
        int sizeBytes = message.message().payload().sizeBytes();
        MqttException refusal = refusal(message, sizeBytes, connection);
        if (refusal != null) {
            refuse(message, refusal);
            return;
        }
        session.queuedBytes += sizeBytes;
        message.sequence = session.nextSequence++;
        if (message.message().qos() == QoS.AT_MOST_ONCE) {
            session.fastLane.addLast(message);
            return;
        }
        session.queue.addLast(message);
        if (firstUnrecorded == null) {
            firstUnrecorded = message;
        }
    }

    private @Nullable MqttException refusal(
            OutboundMessage message, int sizeBytes, @Nullable ConnectionState connection) {
        if (session.outboundSize() >= limits.maximumQueuedMessages()) {
            return new PublishException(
                    "The queue is full: " + session.outboundSize() + " messages wait, the limit is "
                            + limits.maximumQueuedMessages() + "; wait for earlier ones or raise the limit",
                    ReasonCode.QUOTA_EXCEEDED);
        }
        if (session.queuedBytes + sizeBytes > limits.maximumQueuedBytes()) {
            return new PublishException(
                    "The queue is full: " + session.queuedBytes + " bytes wait and this message has " + sizeBytes
                            + ", the limit is " + limits.maximumQueuedBytes()
                            + "; wait for earlier ones or raise the limit",
                    ReasonCode.QUOTA_EXCEEDED);
        }
        if (storeFault != null && message.message().qos() != QoS.AT_MOST_ONCE) {
            return new PublishException("The store cannot write at present: " + storeFault.getMessage(), storeFault);
        }
        return connection == null ? null : publishLimits.check(message.message(), connection.limits);
    }

    private void refuse(OutboundMessage message, MqttException cause) {
        message.phase = OutboundPhase.DONE;
        notices.add(output -> output.failed(message, PublishFailure.REFUSED, cause));
    }

    /** Ends a message that has not been sent; false if it is too late. */
    boolean cancel(OutboundMessage message) {
        if (message.phase != OutboundPhase.QUEUED || message.list == null) {
            return false;
        }
        removeFromQueue(message);
        journal.removeOutbound(message);
        notices.add(output -> output.failed(
                message, PublishFailure.CANCELLED, new PublishException("Cancelled before it was sent", (Throwable)
                        null)));
        return true;
    }

    private void removeFromQueue(OutboundMessage message) {
        if (message == firstUnrecorded) {
            firstUnrecorded = message.next;
        }
        end(message);
    }

    /** Takes a message out of its list for good. */
    private void end(OutboundMessage message) {
        MessageList list = message.list;
        if (list != null) {
            list.remove(message);
        }
        session.queuedBytes -= message.message().payload().sizeBytes();
        message.phase = OutboundPhase.DONE;
    }

    /** Sends what may be sent, and records what stays queued. True if something is left only for want of room. */
    boolean pump(@Nullable ConnectionState connection, EngineOutput output) {
        boolean waiting = connection != null && sendFastLane(connection, output);
        if (connection != null) {
            resend(connection);
            sendQueue(connection);
        }
        recordQueue();
        return waiting;
    }

    private boolean sendFastLane(ConnectionState connection, EngineOutput output) {
        for (OutboundMessage message = session.fastLane.first(); message != null; message = session.fastLane.first()) {
            if (!output.hasRoom()) {
                return true;
            }
            end(message);
            MqttException refusal = publishLimits.check(message.message(), connection.limits);
            if (refusal != null) {
                refuse(message, refusal);
                continue;
            }
            output.sendPublish(message, false);
            output.stored(message);
            output.completed(message);
        }
        return false;
    }

    private void resend(ConnectionState connection) {
        OutboundMessage message = connection.resendNext;
        while (message != null && connection.sendQuota > 0) {
            if (message.phase == OutboundPhase.IN_FLIGHT) {
                connection.sendQuota--;
                gate.afterChanges(Action.SEND_PUBLISH, message, connection.number);
            }
            message = message.next;
        }
        connection.resendNext = message;
    }

    private void sendQueue(ConnectionState connection) {
        while (connection.resendNext == null
                && connection.sendQuota > 0
                && session.inFlight.size() < limits.maximumInFlight()
                && session.identifiers.inUse() < PacketIdentifiers.MAXIMUM - RESERVED_IDENTIFIERS) {
            OutboundMessage message = session.queue.first();
            if (message == null) {
                return;
            }
            MqttException refusal = publishLimits.check(message.message(), connection.limits);
            if (refusal != null) {
                removeFromQueue(message);
                journal.removeOutbound(message);
                refuse(message, refusal);
                continue;
            }
            sendFirstTime(message, connection);
        }
    }

    private void sendFirstTime(OutboundMessage message, ConnectionState connection) {
        if (message == firstUnrecorded) {
            firstUnrecorded = message.next;
        }
        session.queue.remove(message);
        session.inFlight.addLast(message);
        message.phase = OutboundPhase.IN_FLIGHT;
        message.packetIdentifier = session.identifiers.allocate();
        session.outbound.set(message.packetIdentifier, message);
        connection.sendQuota--;
        if (message.recorded) {
            journal.putIdentifier(message);
        } else {
            journal.putOutbound(message);
            gate.afterChanges(Action.STORED, message, 0);
        }
        gate.afterChanges(Action.SEND_PUBLISH, message, connection.number);
    }

    private void recordQueue() {
        for (OutboundMessage message = firstUnrecorded; message != null; message = message.next) {
            journal.putOutbound(message);
            gate.afterChanges(Action.STORED, message, 0);
        }
        firstUnrecorded = null;
    }

    void handlePubAck(PubAck packet, ConnectionState connection) throws PeerViolation {
        OutboundMessage message = session.outbound.get(packet.packetIdentifier());
        if (message == null) {
            return; // No rule for it; an acknowledgement of something forgotten does no harm.
        }
        if (message.message().qos() != QoS.AT_LEAST_ONCE || !message.sentBefore) {
            throw unexpected("PUBACK", message);
        }
        connection.returnQuota();
        complete(message, result(packet.reasonCode(), packet.diagnostics()), connection);
    }

    /** PUBREC; true if the identifier is unknown, which the caller answers. */
    boolean handlePubRec(PubRec packet, ConnectionState connection) throws PeerViolation {
        OutboundMessage message = session.outbound.get(packet.packetIdentifier());
        if (message == null) {
            return true;
        }
        if (message.message().qos() != QoS.EXACTLY_ONCE || !message.sentBefore) {
            throw unexpected("PUBREC", message);
        }
        if (message.phase == OutboundPhase.RELEASED) {
            gate.afterChanges(Action.SEND_PUBREL, message, connection.number);
            return false;
        }
        message.result = result(packet.reasonCode(), packet.diagnostics());
        if (packet.reasonCode().isError()) {
            connection.returnQuota();
            complete(message, message.result, connection);
            return false;
        }
        passOver(message, connection);
        message.phase = OutboundPhase.RELEASED;
        message.releaseOrder = session.nextReleaseOrder++;
        journal.putReleased(message);
        gate.afterChanges(Action.SEND_PUBREL, message, connection.number);
        return false;
    }

    void handlePubComp(PubComp packet, ConnectionState connection) throws PeerViolation {
        OutboundMessage message = session.outbound.get(packet.packetIdentifier());
        if (message == null) {
            return;
        }
        if (message.phase != OutboundPhase.RELEASED) {
            throw unexpected("PUBCOMP", message);
        }
        connection.returnQuota();
        complete(message, message.result, connection);
    }

    private static PublishResult result(ReasonCode reasonCode, Diagnostics diagnostics) {
        return reasonCode == ReasonCode.SUCCESS && diagnostics.equals(Diagnostics.NONE)
                ? PublishResult.SUCCESS
                : new PublishResult(reasonCode, diagnostics);
    }

    private static PeerViolation unexpected(String packet, OutboundMessage message) {
        return new PeerViolation(
                ReasonCode.PROTOCOL_ERROR,
                packet + " for Packet Identifier " + message.packetIdentifier + ", which belongs to a "
                        + message.message().qos() + " message that is " + message.phase
                        + (message.sentBefore ? "" : " and was not sent"));
    }

    private void complete(OutboundMessage message, PublishResult result, ConnectionState connection) {
        passOver(message, connection);
        releaseIdentifier(message);
        end(message);
        message.result = result;
        journal.removeOutbound(message);
        gate.afterChanges(Action.COMPLETE, message, 0);
    }

    /** Keeps the place where resending goes on when a message before it leaves. */
    private static void passOver(OutboundMessage message, ConnectionState connection) {
        if (connection.resendNext == message) {
            connection.resendNext = message.next;
        }
    }

    private void releaseIdentifier(OutboundMessage message) {
        session.outbound.remove(message.packetIdentifier);
        session.identifiers.free(message.packetIdentifier);
    }

    /** The session goes on: everything in flight is sent again, PUBREL first, in the order of the PUBRECs. */
    void resume(ConnectionState connection) {
        List<OutboundMessage> released = new ArrayList<>();
        for (OutboundMessage message = session.inFlight.first(); message != null; message = message.next) {
            if (message.phase == OutboundPhase.RELEASED) {
                released.add(message);
            }
        }
        released.sort(Comparator.comparingLong(message -> message.releaseOrder));
        for (OutboundMessage message : released) {
            gate.afterChanges(Action.SEND_PUBREL, message, connection.number);
        }
        connection.resendNext = session.inFlight.first();
    }

    /** The server has forgotten the session; tells how many messages were in flight. */
    int loseSession(LostSessionPolicy policy) {
        int count = session.inFlight.size();
        List<OutboundMessage> again = new ArrayList<>();
        for (OutboundMessage message = session.inFlight.first(); message != null; message = session.inFlight.first()) {
            releaseIdentifier(message);
            if (message.phase == OutboundPhase.IN_FLIGHT && policy == LostSessionPolicy.REPUBLISH) {
                session.inFlight.remove(message);
                again.add(message);
            } else {
                endWithSession(message);
            }
        }
        for (int i = again.size() - 1; i >= 0; i--) {
            queueAgain(again.get(i));
        }
        return count;
    }

    private void endWithSession(OutboundMessage message) {
        boolean taken = message.phase == OutboundPhase.RELEASED;
        end(message);
        journal.removeOutbound(message);
        if (taken) {
            gate.afterChanges(Action.COMPLETE, message, 0);
            return;
        }
        MqttException cause = new PublishException(
                "The server lost the session while the message was in flight; whether it arrived is unknown",
                (Throwable) null);
        notices.add(output -> output.failed(message, PublishFailure.UNKNOWN, cause));
    }

    private void queueAgain(OutboundMessage message) {
        message.phase = OutboundPhase.QUEUED;
        message.packetIdentifier = 0;
        message.sentBefore = false;
        session.queue.addFirst(message);
        if (message.identifierRecorded) {
            journal.removeIdentifier(message);
        } else if (message.recorded) {
            journal.putOutbound(message);
        }
    }

    /**
     * The store refused a batch: messages it has not confirmed are refused, since the application was told nothing else of
     * them. Gives the sequence from which on records are given up.
     */
    long handleStoreFailure(MqttException cause) {
        storeFault = cause;
        long from = Long.MAX_VALUE;
        for (MessageList list : List.of(session.inFlight, session.queue)) {
            OutboundMessage message = list.first();
            while (message != null) {
                OutboundMessage following = message.next;
                if (!gate.isDurable(message.batch)) {
                    from = Math.min(from, message.sequence);
                    giveUp(message, cause);
                }
                message = following;
            }
        }
        return from;
    }

    private void giveUp(OutboundMessage message, MqttException cause) {
        if (message.packetIdentifier != 0) {
            releaseIdentifier(message);
        }
        removeFromQueue(message);
        refuse(message, new PublishException("The message could not be stored: " + cause.getMessage(), cause));
    }

    /** The store works again, or is to be tried again. */
    void clearStoreFault() {
        storeFault = null;
    }

    boolean hasStoreFault() {
        return storeFault != null;
    }
}
