package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.OfflineQos0;
import dev.aldis.mqtt.api.OverflowPolicy;
import dev.aldis.mqtt.api.PublishException;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.QueuePolicy;
import dev.aldis.mqtt.api.ReasonCode;
import org.jspecify.annotations.Nullable;

/** Whether there is room for a message, and whose room it may take. */
final class Admission {

    private final ClientLimits limits;
    private final QueuePolicy policy;
    private final SessionState session;
    private final QueuePaging paging;

    Admission(ClientLimits limits, QueuePolicy policy, SessionState session, QueuePaging paging) {
        this.limits = limits;
        this.policy = policy;
        this.session = session;
        this.paging = paging;
    }

    boolean hasRoomFor(OutboundMessage message) {
        return session.outboundSize() < limits.maximumQueuedMessages()
                && session.outboundBytes() + sizeBytes(message) <= limits.maximumQueuedBytes();
    }

    private static int sizeBytes(OutboundMessage message) {
        return message.message().payload().sizeBytes();
    }

    /** Why a message can never be accepted, or null. */
    @Nullable
    MqttException tooLarge(OutboundMessage message) {
        return sizeBytes(message) <= limits.maximumQueuedBytes() ? null : full(message);
    }

    /** Why there is no room for a message. */
    MqttException full(OutboundMessage message) {
        String what = session.outboundSize() >= limits.maximumQueuedMessages()
                ? session.outboundSize() + " messages wait, the limit is " + limits.maximumQueuedMessages()
                : session.outboundBytes() + " bytes wait and this message has " + sizeBytes(message) + ", the limit is "
                        + limits.maximumQueuedBytes();
        return new PublishException(
                "The queue is full: " + what + "; wait for earlier ones or raise the limit", ReasonCode.QUOTA_EXCEEDED);
    }

    /** The message that makes room for a newer one, or null if none does. */
    @Nullable
    OutboundMessage victim() {
        return switch (policy.overflow()) {
            case REJECT_NEWEST, WAIT -> null;
            case DROP_OLDEST -> oldest();
            case DROP_QOS_0_FIRST -> session.fastLane.first();
        };
    }

    /** Whether those that may be dropped would make enough room for a message: if not, none is to go in vain. */
    boolean canMakeRoomFor(OutboundMessage message) {
        OutboundMessage first = victim();
        if (first == null || isVictimOwed()) {
            return isVictimOwed();
        }
        long missing = session.outboundBytes() + sizeBytes(message) - limits.maximumQueuedBytes();
        if (sizeBytes(first) >= missing) {
            return true;
        }
        missing = lessAllOf(session.fastLane, missing);
        return missing <= 0
                || (policy.overflow() == OverflowPolicy.DROP_OLDEST && lessAllOf(session.queue, missing) <= 0);
    }

    private static long lessAllOf(MessageList list, long bytes) {
        long left = bytes;
        for (OutboundMessage message = list.first(); message != null && left > 0; message = message.next) {
            left -= sizeBytes(message);
        }
        return left;
    }

    private @Nullable OutboundMessage oldest() {
        OutboundMessage queued = paging.first();
        OutboundMessage fast = session.fastLane.first();
        if (queued == null || fast == null) {
            return queued == null ? fast : queued;
        }
        return queued.sequence < fast.sequence ? queued : fast;
    }

    /** Whether the message that is to make room is in the store only, and will be dropped when it has been read. */
    boolean isVictimOwed() {
        return policy.overflow() == OverflowPolicy.DROP_OLDEST && session.pagedOut > 0;
    }

    /** Whether more messages wait than may. */
    boolean isOver() {
        return session.outboundSize() > limits.maximumQueuedMessages()
                || session.outboundBytes() > limits.maximumQueuedBytes();
    }

    boolean mayWait() {
        return policy.overflow() == OverflowPolicy.WAIT;
    }

    /** Whether a message is not to wait for a connection. */
    boolean isDroppedOffline(OutboundMessage message) {
        return message.message().qos() == QoS.AT_MOST_ONCE && policy.offlineQos0() == OfflineQos0.DROP;
    }

    /** Whether messages of QoS 0 wait for a connection in the store. */
    boolean isQos0Stored() {
        return policy.offlineQos0() == OfflineQos0.KEEP_IN_STORE;
    }
}
