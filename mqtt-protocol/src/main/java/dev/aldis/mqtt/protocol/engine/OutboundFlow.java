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
import dev.aldis.mqtt.protocol.packet.PubRel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages to the server: the window, and the sender's side of each QoS (section 4.3).
 *
 * <p>The first PUBLISH of a message leaves only when its record is durable. PUBREC replaces the record by the identifier
 * in one change; the last acknowledgement removes it; both changes are durable before what follows from them leaves.
 */
final class OutboundFlow {

    /** Identifiers that publishing leaves to SUBSCRIBE and UNSUBSCRIBE. */
    private static final int RESERVED_IDENTIFIERS = 16;

    private final ClientLimits limits;
    private final SessionState session;
    private final StoreGate gate;
    private final Journal journal;
    private final PublishQueue queue;
    private final PublishLimits publishLimits;
    private final RateLimit rate;

    OutboundFlow(
            ClientLimits limits,
            SessionState session,
            StoreGate gate,
            Journal journal,
            PublishQueue queue,
            PublishLimits publishLimits,
            RateLimit rate) {
        this.limits = limits;
        this.session = session;
        this.gate = gate;
        this.journal = journal;
        this.queue = queue;
        this.publishLimits = publishLimits;
        this.rate = rate;
    }

    /** Sends what may be sent, and records what stays queued. True if something is left only for want of room. */
    boolean pump(@Nullable ConnectionState connection, EngineOutput output) {
        queue.tidy(connection);
        rate.forget();
        boolean waiting = connection != null && sendFastLane(connection, output);
        if (connection != null) {
            resend(connection);
            sendQueue(connection);
        } else {
            queue.dropOffline();
        }
        queue.recordAll(connection != null);
        return waiting;
    }

    private boolean sendFastLane(ConnectionState connection, EngineOutput output) {
        for (OutboundMessage message = session.fastLane.first(); message != null; message = session.fastLane.first()) {
            if (!output.hasRoom()) {
                return true;
            }
            MqttException refusal = publishLimits.check(message.message(), connection);
            if (refusal != null) {
                queue.drop(message, PublishFailure.REFUSED, refusal);
                continue;
            }
            if (queue.dropExpired(message)) {
                continue;
            }
            if (!rate.take()) {
                return false;
            }
            session.end(message);
            if (message.recorded || session.fastLaneInGate > 0) {
                // What was removed from the store cannot come back after a crash, and so never arrives twice.
                journal.removeOutbound(message);
                session.fastLaneInGate++;
                gate.afterChanges(Action.SEND_QOS_0, message, connection.number);
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
            OutboundMessage following = message.next;
            if (message.phase == OutboundPhase.IN_FLIGHT) {
                resend(message, connection);
            }
            message = following;
        }
        connection.resendNext = message;
    }

    private void resend(OutboundMessage message, ConnectionState connection) {
        MqttException refusal = publishLimits.check(message.message(), connection);
        if (refusal != null) {
            if (message.sentBefore) {
                abandon(message, connection);
            } else {
                session.releaseIdentifier(message);
                fail(message, PublishFailure.REFUSED, refusal);
            }
            return;
        }
        connection.takeQuota(message);
        gate.afterChanges(Action.SEND_PUBLISH, message, connection.number);
    }

    /**
     * The server's limits have shrunk, and it would close each connection on which the message is sent again. With QoS 2
     * the server may hold the identifier; PUBREL frees it on both sides, whether it does or not.
     */
    private void abandon(OutboundMessage message, ConnectionState connection) {
        message.abandoned = true;
        if (message.message().qos() == QoS.EXACTLY_ONCE) {
            release(message, connection);
        } else {
            complete(message, message.result, connection);
        }
    }

    private void sendQueue(ConnectionState connection) {
        while (connection.resendNext == null
                && connection.sendQuota > 0
                && session.inFlight.size() < limits.effectiveMaximumInFlight(connection.version)
                && session.identifiers.inUse() < PacketIdentifiers.MAXIMUM - RESERVED_IDENTIFIERS) {
            OutboundMessage message = queue.first();
            if (message == null) {
                return;
            }
            MqttException refusal = publishLimits.check(message.message(), connection);
            if (refusal != null) {
                queue.drop(message, PublishFailure.REFUSED, refusal);
                continue;
            }
            if (queue.dropExpired(message)) {
                continue;
            }
            if (!rate.take()) {
                return;
            }
            sendFirstTime(message, connection);
        }
    }

    private void sendFirstTime(OutboundMessage message, ConnectionState connection) {
        queue.take(message);
        session.inFlight.addLast(message);
        message.phase = OutboundPhase.IN_FLIGHT;
        message.packetIdentifier = session.identifiers.allocate();
        session.outbound.set(message.packetIdentifier, message);
        connection.takeQuota(message);
        if (message.recorded) {
            journal.putIdentifier(message);
        } else {
            journal.putOutbound(message);
            gate.afterChanges(Action.STORED, message, 0);
        }
        gate.afterChanges(Action.SEND_PUBLISH, message, connection.number);
    }

    void handlePubAck(int packetIdentifier, PublishResult result, ConnectionState connection) throws PeerViolation {
        OutboundMessage message = session.outbound.get(packetIdentifier);
        if (message == null) {
            return; // No rule for it; an acknowledgement of something forgotten does no harm.
        }
        if (message.message().qos() != QoS.AT_LEAST_ONCE || !message.sentBefore) {
            throw unexpected("PUBACK", message);
        }
        complete(message, result, connection);
    }

    void handlePubRec(int packetIdentifier, PublishResult result, ConnectionState connection) throws PeerViolation {
        OutboundMessage message = session.outbound.get(packetIdentifier);
        if (message == null) {
            answerUnknown(packetIdentifier, result, connection);
            return;
        }
        if (message.message().qos() != QoS.EXACTLY_ONCE || !message.sentBefore) {
            throw unexpected("PUBREC", message);
        }
        if (message.phase == OutboundPhase.RELEASED) {
            gate.afterChanges(Action.SEND_PUBREL, message, connection.number);
            return;
        }
        message.result = result;
        if (result.isError()) {
            complete(message, result, connection);
        } else {
            release(message, connection);
        }
    }

    private void answerUnknown(int packetIdentifier, PublishResult result, ConnectionState connection) {
        if (!result.isError()) {
            // In the order of the PUBRECs, like each PUBREL [MQTT-4.6.0-4].
            PubRel answer = new PubRel(packetIdentifier, connection.notFound(), Diagnostics.NONE);
            gate.afterChanges(Action.SEND_PACKET, answer, connection.number);
        }
    }

    private void release(OutboundMessage message, ConnectionState connection) {
        message.phase = OutboundPhase.RELEASED;
        message.releaseOrder = session.nextReleaseOrder++;
        journal.putReleased(message);
        gate.afterChanges(Action.SEND_PUBREL, message, connection.number);
    }

    void handlePubComp(int packetIdentifier, Diagnostics diagnostics, ConnectionState connection) throws PeerViolation {
        OutboundMessage message = session.outbound.get(packetIdentifier);
        if (message == null) {
            return;
        }
        if (message.phase != OutboundPhase.RELEASED) {
            throw unexpected("PUBCOMP", message);
        }
        // What PUBREC said in words stays, unless PUBCOMP has something to add.
        PublishResult result = diagnostics.equals(Diagnostics.NONE)
                ? message.result
                : new PublishResult(message.result.reasonCode(), diagnostics);
        complete(message, result, connection);
    }

    private static PeerViolation unexpected(String packet, OutboundMessage message) {
        return new PeerViolation(
                ReasonCode.PROTOCOL_ERROR,
                packet + " for Packet Identifier " + message.packetIdentifier + ", which belongs to a "
                        + message.message().qos() + " message that is " + message.phase
                        + (message.sentBefore ? "" : " and was not sent"));
    }

    private void complete(OutboundMessage message, PublishResult result, ConnectionState connection) {
        connection.passOver(message);
        connection.returnQuota(message);
        session.releaseIdentifier(message);
        session.end(message);
        message.result = result;
        journal.removeOutbound(message);
        tellEnd(message);
    }

    /** Tells the end of a message when its removal is durable. */
    private void tellEnd(OutboundMessage message) {
        if (!message.abandoned) {
            gate.afterChanges(Action.COMPLETE, message, 0);
            return;
        }
        MqttException cause = new PublishException(
                "The server's limits changed while the message was in flight, so that it could not be sent again;"
                        + " whether it arrived is unknown",
                (Throwable) null);
        gate.afterChanges(Action.FAIL, new Failure(message, PublishFailure.UNKNOWN, cause), 0);
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
            session.releaseIdentifier(message);
            if (message.phase == OutboundPhase.RELEASED) {
                session.end(message);
                journal.removeOutbound(message);
                tellEnd(message);
            } else if (policy == LostSessionPolicy.REPUBLISH || !message.sentBefore) {
                session.inFlight.remove(message);
                again.add(message);
            } else {
                fail(
                        message,
                        PublishFailure.UNKNOWN,
                        new PublishException(
                                "The server lost the session while the message was in flight; whether it arrived is"
                                        + " unknown",
                                (Throwable) null));
            }
        }
        for (int i = again.size() - 1; i >= 0; i--) {
            queueAgain(again.get(i));
        }
        return count;
    }

    private void fail(OutboundMessage message, PublishFailure kind, MqttException cause) {
        session.end(message);
        journal.removeOutbound(message);
        gate.afterChanges(Action.FAIL, new Failure(message, kind, cause), 0);
    }

    private void queueAgain(OutboundMessage message) {
        message.phase = OutboundPhase.QUEUED;
        message.packetIdentifier = 0;
        message.sentInLostSession |= message.sentBefore;
        message.sentBefore = false;
        queue.putFirst(message);
        if (message.identifierRecorded) {
            journal.removeIdentifier(message);
        } else if (message.recorded) {
            journal.putOutbound(message);
        }
    }
}
