package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.engine.StoreGate.Action;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages from the application to the window: limits, the first record, cancelling, and what becomes of them when the
 * store cannot write. A message is recorded in the turn in which it is accepted.
 */
final class PublishQueue {

    private final ClientLimits limits;
    private final SessionState session;
    private final StoreGate gate;
    private final Journal journal;
    private final Notices notices;
    private final PublishLimits publishLimits;
    private final QueuePaging paging;

    /** The first message of the queue that has no record yet; all behind it have none either. */
    private @Nullable OutboundMessage firstUnrecorded;

    private @Nullable MqttException storeFault;

    PublishQueue(
            ClientLimits limits,
            SessionState session,
            StoreGate gate,
            Journal journal,
            Notices notices,
            PublishLimits publishLimits,
            QueuePaging paging) {
        this.limits = limits;
        this.session = session;
        this.gate = gate;
        this.journal = journal;
        this.notices = notices;
        this.publishLimits = publishLimits;
        this.paging = paging;
    }

    /** Takes a message from the application. */
    void publish(OutboundMessage message, @Nullable ConnectionState connection) {
        int sizeBytes = message.message().payload().sizeBytes();
        MqttException refusal = refusal(message, sizeBytes, connection);
        if (refusal != null) {
            message.phase = OutboundPhase.DONE;
            tell(message, PublishFailure.REFUSED, refusal);
            return;
        }
        session.queuedBytes += sizeBytes;
        message.sequence = session.nextSequence++;
        if (message.message().qos() == QoS.AT_MOST_ONCE) {
            session.fastLane.addLast(message);
            return;
        }
        session.queue.addLast(message);
        paging.addedLast(message);
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
        if (session.outboundBytes() + sizeBytes > limits.maximumQueuedBytes()) {
            return new PublishException(
                    "The queue is full: " + session.outboundBytes() + " bytes wait and this message has " + sizeBytes
                            + ", the limit is " + limits.maximumQueuedBytes()
                            + "; wait for earlier ones or raise the limit",
                    ReasonCode.QUOTA_EXCEEDED);
        }
        if (storeFault != null && message.message().qos() != QoS.AT_MOST_ONCE) {
            return new PublishException("The store cannot write at present: " + storeFault.getMessage(), storeFault);
        }
        return connection == null ? null : publishLimits.check(message.message(), connection);
    }

    private void tell(OutboundMessage message, PublishFailure kind, MqttException cause) {
        notices.add(output -> output.failed(message, kind, cause));
    }

    /** Ends a message that has not been sent; false if it is too late. */
    boolean cancel(OutboundMessage message) {
        if (message.phase != OutboundPhase.QUEUED || message.list == null) {
            return false;
        }
        drop(message, PublishFailure.CANCELLED, new PublishException("Cancelled before it was sent", (Throwable) null));
        return true;
    }

    /** Ends a message that waits; it is told when the store cannot bring it back any more. */
    void drop(OutboundMessage message, PublishFailure kind, MqttException cause) {
        boolean recorded = message.recorded;
        leave(message);
        session.end(message);
        journal.removeOutbound(message);
        if (recorded) {
            gate.afterChanges(Action.FAIL, new Failure(message, kind, cause), 0);
        } else {
            tell(message, kind, cause);
        }
    }

    private void leave(OutboundMessage message) {
        paging.leaving(message);
        if (message == firstUnrecorded) {
            firstUnrecorded = message.next;
        }
    }

    /** The next message to be sent; null if there is none, or none in memory. */
    @Nullable
    OutboundMessage first() {
        return paging.first();
    }

    /** Puts a message that had been sent in front of all others. */
    void putFirst(OutboundMessage message) {
        session.queue.addFirst(message);
        paging.addedFirst(message);
    }

    /** Takes a message out of the queue, to be sent. */
    void take(OutboundMessage message) {
        leave(message);
        session.queue.remove(message);
    }

    /** Records what stays in the queue. */
    void recordAll() {
        for (OutboundMessage message = firstUnrecorded; message != null; message = message.next) {
            journal.putOutbound(message);
            gate.afterChanges(Action.STORED, message, 0);
        }
        firstUnrecorded = null;
    }

    /**
     * The store refused a batch: messages it has not confirmed are refused, since the application was told nothing else of
     * them. Gives the sequence from which on records are given up.
     */
    long handleStoreFailure(MqttException cause, @Nullable ConnectionState connection) {
        storeFault = cause;
        long from = Long.MAX_VALUE;
        for (MessageList list : List.of(session.inFlight, session.queue)) {
            OutboundMessage message = list.first();
            while (message != null) {
                OutboundMessage following = message.next;
                if (!gate.isDurable(message.batch)) {
                    from = Math.min(from, message.sequence);
                    giveUp(message, cause, connection);
                }
                message = following;
            }
        }
        return from;
    }

    private void giveUp(OutboundMessage message, MqttException cause, @Nullable ConnectionState connection) {
        if (message.packetIdentifier != 0) {
            session.releaseIdentifier(message);
        }
        if (connection != null) {
            connection.passOver(message);
            connection.returnQuota(message);
        }
        leave(message);
        session.end(message);
        tell(
                message,
                PublishFailure.REFUSED,
                new PublishException("The message could not be stored: " + cause.getMessage(), cause));
    }

    /** The store works again, or is to be tried again. */
    void clearStoreFault() {
        storeFault = null;
    }

    boolean hasStoreFault() {
        return storeFault != null;
    }
}
