package dev.aldis.mqtt.protocol.engine;

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

    private final Admission admission;
    private final QueueAge age;
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
            Admission admission,
            QueueAge age,
            SessionState session,
            StoreGate gate,
            Journal journal,
            Notices notices,
            PublishLimits publishLimits,
            QueuePaging paging) {
        this.admission = admission;
        this.age = age;
        this.session = session;
        this.gate = gate;
        this.journal = journal;
        this.notices = notices;
        this.publishLimits = publishLimits;
        this.paging = paging;
    }

    /** Takes a message from the application. */
    void publish(OutboundMessage message, @Nullable ConnectionState connection) {
        MqttException refusal = refusal(message, connection);
        if (refusal != null) {
            refuse(message, PublishFailure.REFUSED, refusal);
        } else if (connection == null && admission.isDroppedOffline(message)) {
            refuse(message, PublishFailure.DROPPED, offline());
        } else if (session.waiting.first() == null && makeRoom(message)) {
            accept(message);
        } else if (admission.mayWait()) {
            session.waiting.addLast(message);
            age.watch(message);
        } else {
            refuse(message, PublishFailure.REFUSED, admission.full(message));
        }
    }

    /** Takes a message for which there is room, as the caller has made sure. */
    void publishReserved(OutboundMessage message, @Nullable ConnectionState connection) {
        MqttException refusal = refusal(message, connection);
        if (refusal != null) {
            refuse(message, PublishFailure.REFUSED, refusal);
        } else if (connection == null && admission.isDroppedOffline(message)) {
            refuse(message, PublishFailure.DROPPED, offline());
        } else {
            accept(message);
        }
    }

    private @Nullable MqttException refusal(OutboundMessage message, @Nullable ConnectionState connection) {
        MqttException tooLarge = admission.tooLarge(message);
        if (tooLarge != null) {
            return tooLarge;
        }
        if (storeFault != null && message.message().qos() != QoS.AT_MOST_ONCE) {
            return new PublishException("The store cannot write at present: " + storeFault.getMessage(), storeFault);
        }
        return connection == null ? null : publishLimits.check(message.message(), connection);
    }

    private static MqttException offline() {
        return new PublishException(
                "There is no connection, and messages of QoS 0 do not wait for one: connect first, or choose another"
                        + " OfflineQos0",
                (Throwable) null);
    }

    private void refuse(OutboundMessage message, PublishFailure kind, MqttException cause) {
        message.phase = OutboundPhase.DONE;
        tell(message, kind, cause);
    }

    private boolean makeRoom(OutboundMessage message) {
        if (!admission.hasRoomFor(message) && !admission.canMakeRoomFor(message)) {
            return false;
        }
        while (!admission.hasRoomFor(message)) {
            if (!dropVictim()) {
                return admission.isVictimOwed();
            }
        }
        return true;
    }

    private boolean dropVictim() {
        OutboundMessage victim = admission.victim();
        if (victim == null) {
            return false;
        }
        drop(
                victim,
                PublishFailure.DROPPED,
                new PublishException(
                        "Dropped for a newer message, since the queue was full; it was the first to go by the overflow"
                                + " policy",
                        ReasonCode.QUOTA_EXCEEDED));
        return true;
    }

    private void accept(OutboundMessage message) {
        session.queuedBytes += message.message().payload().sizeBytes();
        message.sequence = session.nextSequence++;
        age.watch(message);
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

    /** Drops what has waited too long or is too much, and accepts what waits for room. */
    void tidy(@Nullable ConnectionState connection) {
        if (age.beginSweep()) {
            for (MessageList list : List.of(session.fastLane, session.queue, session.waiting)) {
                expire(list);
            }
        }
        boolean dropped = true;
        while (dropped && admission.isOver() && admission.isVictimOwed()) {
            dropped = dropVictim();
        }
        OutboundMessage next = storeFault == null ? session.waiting.first() : null;
        while (next != null && admission.hasRoomFor(next)) {
            session.waiting.remove(next);
            publishReserved(next, connection);
            next = session.waiting.first();
        }
    }

    private void expire(MessageList list) {
        OutboundMessage message = list.first();
        while (message != null) {
            OutboundMessage following = message.next;
            if (!dropExpired(message)) {
                age.watch(message);
            }
            message = following;
        }
    }

    /** Drops a message if it has waited too long. */
    boolean dropExpired(OutboundMessage message) {
        boolean expired = age.isExpired(message);
        if (expired && message.sentInLostSession) {
            drop(message, PublishFailure.UNKNOWN, sentBefore(message));
        } else if (expired) {
            drop(message, PublishFailure.EXPIRED, age.cause(message));
        }
        return expired;
    }

    private MqttException sentBefore(OutboundMessage message) {
        return new PublishException(
                "The server lost the session while the message was in flight, and before it could be sent again: "
                        + age.cause(message).getMessage() + "; whether it arrived is unknown",
                (Throwable) null);
    }

    private void tell(OutboundMessage message, PublishFailure kind, MqttException cause) {
        notices.add(output -> output.failed(message, kind, cause));
    }

    /** Ends a message that has not been sent; false if it is too late. */
    boolean cancel(OutboundMessage message) {
        return dropUnsent(message, PublishFailure.CANCELLED, "Cancelled before it was sent");
    }

    /** Ends a message that has not been sent in the time that it was given; false if it is too late. */
    boolean timeOut(OutboundMessage message) {
        return dropUnsent(
                message,
                PublishFailure.TIMED_OUT,
                "The message was not sent in the time that it was given, and will not be sent");
    }

    private boolean dropUnsent(OutboundMessage message, PublishFailure kind, String why) {
        if (message.phase != OutboundPhase.QUEUED || message.list == null || message.sentInLostSession) {
            return false;
        }
        drop(message, kind, new PublishException(why, (Throwable) null));
        return true;
    }

    /** Ends a message that waits; it is told when the store cannot bring it back any more. */
    void drop(OutboundMessage message, PublishFailure kind, MqttException cause) {
        if (message.list == session.waiting) {
            session.waiting.remove(message);
            refuse(message, kind, cause);
            return;
        }
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
    void recordAll(boolean connected) {
        for (OutboundMessage message = firstUnrecorded; message != null; message = message.next) {
            journal.putOutbound(message);
            gate.afterChanges(Action.STORED, message, 0);
        }
        firstUnrecorded = null;
        if (!connected && gate.isJournal() && admission.isQos0Stored()) {
            recordFastLane();
        }
    }

    /** All that was recorded before stands in front. */
    private void recordFastLane() {
        OutboundMessage message = session.fastLane.last();
        while (message != null && message.previous != null && !message.previous.recorded) {
            message = message.previous;
        }
        for (; message != null; message = message.next) {
            if (!message.recorded) {
                journal.putOutbound(message);
                gate.afterChanges(Action.STORED, message, 0);
            }
        }
    }

    /** Without a connection, messages of QoS 0 that are not to wait for one. */
    void dropOffline() {
        OutboundMessage message = session.fastLane.first();
        while (message != null && admission.isDroppedOffline(message)) {
            drop(message, PublishFailure.DROPPED, offline());
            message = session.fastLane.first();
        }
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
