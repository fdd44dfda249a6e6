package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.engine.StoreGate.Action;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Messages from the server: the receiver's side of each QoS (section 4.3).
 *
 * <p>QoS 1 is acknowledged after the application has accepted the message, in the order of arrival. A QoS 2 message is
 * recorded before PUBREC leaves and before it is handed over; its acceptance is recorded; PUBCOMP answers PUBREL when the
 * message is accepted, so that a slow application holds the server back. With {@link Receipts#WHEN_DECIDED} PUBREC itself
 * waits for the application, in the order of arrival [MQTT-4.6.0-3], and so can refuse the message: then the identifier is
 * durably forgotten before PUBREC leaves, since the server may use it again at once.
 *
 * <p>While it is in doubt whether the server still has the session in which a QoS 2 message came, the message is
 * <em>suspect</em>: its Packet Identifier may be used by another session for another message. Taking that one for a
 * duplicate would lose it; forgetting the identifier too early would hand a message over twice. So the server's next step
 * with the identifier decides, for this message only: after a restart messages of both sessions can be suspect. PUBREL comes
 * for a message of the present session. So does PUBLISH with DUP and the same content; without DUP it is another message. With
 * another content than on an earlier connection it is another message in any case.
 */
final class InboundFlow {

    /** What a connection may have as Packet Identifiers; a server that goes beyond repeats some without an answer. */
    private static final int EVERY_IDENTIFIER = 65_535;

    /** What the server must not exceed. */
    private final int receiveMaximum;

    private final Receipts receipts;
    private final SessionState session;
    private final StoreGate gate;
    private final Journal journal;
    private final PacketSizes sizes;

    /** What waits for nothing but the end of the turn. */
    private final Deque<InboundMessage> deliverable = new ArrayDeque<>();

    InboundFlow(
            EngineSettings settings, SessionState session, StoreGate gate, Journal journal, PacketSizes packetSizes) {
        int insistedOn = settings.limits().receiveMaximum();
        this.receiveMaximum = insistedOn > 0 ? insistedOn : EVERY_IDENTIFIER;
        this.receipts = settings.receipts();
        this.sizes = packetSizes;
        this.session = session;
        this.gate = gate;
        this.journal = journal;
    }

    void handlePublish(Publish packet, ConnectionState connection, long epochMillis) throws PeerViolation {
        switch (packet.message().qos()) {
            case AT_MOST_ONCE -> deliverable.addLast(received(packet, epochMillis));
            case AT_LEAST_ONCE -> handleQos1(packet, connection, epochMillis);
            case EXACTLY_ONCE -> handleQos2(packet, connection, epochMillis);
        }
    }

    private InboundMessage received(Publish packet, long epochMillis) {
        InboundMessage message = new InboundMessage(
                packet.message(),
                packet.duplicate(),
                packet.subscriptionIdentifiers(),
                journal.nextDeliveryIdentifier(),
                epochMillis);
        message.packetIdentifier = packet.packetIdentifier();
        return message;
    }

    private void count(ConnectionState connection) throws PeerViolation {
        connection.receiving++;
        if (connection.version == ProtocolVersion.MQTT_5 && connection.receiving > receiveMaximum) {
            throw new PeerViolation(
                    ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                    "The server has " + connection.receiving + " messages of QoS 1 and 2 under way, the Receive Maximum"
                            + " is " + receiveMaximum + " [MQTT-3.3.4-9]");
        }
    }

    private void handleQos1(Publish packet, ConnectionState connection, long epochMillis) throws PeerViolation {
        count(connection);
        InboundMessage message = received(packet, epochMillis);
        message.connection = connection.number;
        connection.unacknowledged.addLast(message);
        deliverable.addLast(message);
    }

    private void handleQos2(Publish packet, ConnectionState connection, long epochMillis) throws PeerViolation {
        InboundMessage known = session.inbound.get(packet.packetIdentifier());
        if (known != null && known.connection != connection.number) {
            boolean another = isAnother(packet, known);
            endSuspicion(known);
            if (another) {
                forget(known);
                known = null;
            }
        }
        if (known != null) {
            if (known.connection != connection.number) {
                known.connection = connection.number;
                count(connection);
            }
            answer(known, connection);
            return;
        }
        count(connection);
        InboundMessage message = received(packet, epochMillis);
        message.connection = connection.number;
        session.inbound.set(message.packetIdentifier, message);
        journal.putInbound(message);
        answer(message, connection);
        gate.afterChanges(Action.DELIVER, message, 0);
    }

    /** A PUBLISH of QoS 2 has come: PUBREC follows, now or when the application has decided. */
    private void answer(InboundMessage message, ConnectionState connection) {
        if (receipts == Receipts.WHEN_STORED && message.refusal == null) {
            gate.afterChanges(Action.SEND_PUBREC, message, connection.number);
        } else if (message.receiptDueOn != connection.number) {
            message.receiptDueOn = connection.number;
            connection.unreceived.addLast(message);
            sendReceipts(connection);
        }
    }

    /** Sends the PUBRECs that are due: those at the head of the line. */
    private void sendReceipts(ConnectionState connection) {
        InboundMessage message = connection.unreceived.peekFirst();
        while (message != null && message.isDecided()) {
            connection.unreceived.removeFirst();
            message.receiptDueOn = 0;
            if (session.inbound.get(message.packetIdentifier) == message) {
                sendReceipt(message, connection);
            }
            message = connection.unreceived.peekFirst();
        }
    }

    private void sendReceipt(InboundMessage message, ConnectionState connection) {
        Refusal refusal = message.refusal;
        if (refusal == null) {
            gate.afterChanges(Action.SEND_PUBREC, message, connection.number);
            return;
        }
        PubRec answer = new PubRec(message.packetIdentifier, refusal.reasonCode(), refusal.diagnostics());
        if (!connection.takesReasonCodes()) {
            // The server goes on with PUBREL, to which the identifier is unknown by then, as to anybody who forgot it.
            answer = PubRec.success(message.packetIdentifier);
        } else if (isTooLarge(answer, refusal, connection)) {
            // [MQTT-3.5.2-2], [MQTT-3.5.2-3]
            answer = new PubRec(message.packetIdentifier, refusal.reasonCode(), Diagnostics.NONE);
        }
        session.inbound.remove(message.packetIdentifier);
        journal.removeInbound(message);
        connection.receiving--;
        gate.afterChanges(Action.SEND_PACKET, answer, connection.number);
    }

    /** Whether a PUBLISH has the identifier of a message that came on an earlier connection, and is not that message. */
    private static boolean isAnother(Publish packet, InboundMessage known) {
        // In the same session it would be a retransmission, which has DUP [MQTT-3.3.1-1]; but to rely on that needs a
        // reason.
        return (known.suspect && !packet.duplicate())
                || InboundMessage.fingerprint(packet.message()) != known.fingerprint();
    }

    void handlePubRel(int packetIdentifier, ConnectionState connection) {
        InboundMessage message = session.inbound.get(packetIdentifier);
        if (message == null) {
            // The server may use the identifier again then, so not before it is durably forgotten.
            PubComp answer = new PubComp(packetIdentifier, connection.notFound(), Diagnostics.NONE);
            gate.afterChanges(Action.SEND_PACKET, answer, connection.number);
            return;
        }
        endSuspicion(message);
        message.releasedOn = connection.number;
        if (message.isDecided()) {
            finish(message, connection);
        }
    }

    /** The application has taken the message. */
    void accept(InboundMessage message, @Nullable ConnectionState connection) {
        if (message.isDecided()) {
            return;
        }
        message.accepted = true;
        if (message.qos() != QoS.EXACTLY_ONCE) {
            return; // QoS 1: acknowledge() finds it.
        }
        if (message.packetIdentifier == 0) {
            journal.removeInbound(message);
        } else if (connection != null && message.releasedOn == connection.number) {
            finish(message, connection);
        } else {
            // A PUBREL that came on an earlier connection comes again on the next one.
            journal.putAccepted(message);
        }
        if (connection != null) {
            sendReceipts(connection);
        }
    }

    /**
     * The application does not take the message. A QoS 2 message whose PUBREC has left cannot be refused any more, and counts
     * as accepted.
     */
    void refuse(InboundMessage message, Refusal refusal, @Nullable ConnectionState connection) {
        boolean received = message.qos() == QoS.EXACTLY_ONCE
                && (receipts == Receipts.WHEN_STORED
                        || (connection != null && message.releasedOn == connection.number));
        if (received) {
            accept(message, connection);
            return;
        }
        if (message.isDecided()) {
            return;
        }
        message.refusal = refusal;
        if (message.qos() != QoS.EXACTLY_ONCE) {
            return; // QoS 1: acknowledge() finds it.
        }
        if (message.packetIdentifier == 0) {
            journal.removeInbound(message);
            return;
        }
        if (connection != null) {
            sendReceipts(connection);
        }
        if (session.inbound.get(message.packetIdentifier) == message) {
            journal.putRefused(message, refusal);
        }
    }

    private void finish(InboundMessage message, ConnectionState connection) {
        session.inbound.remove(message.packetIdentifier);
        journal.removeInbound(message);
        if (message.connection == connection.number) {
            connection.receiving--;
        }
        gate.afterChanges(Action.SEND_PUBCOMP, message, connection.number);
    }

    /** Acknowledges what is due of QoS 1: the messages at the head of the line. */
    void acknowledge(ConnectionState connection, IntConsumer sendSuccess, Consumer<ControlPacket> send) {
        InboundMessage message = connection.unacknowledged.peekFirst();
        while (message != null && message.isDecided()) {
            connection.unacknowledged.removeFirst();
            connection.receiving--;
            Refusal refusal = message.refusal;
            if (refusal == null || !connection.takesReasonCodes()) {
                sendSuccess.accept(message.packetIdentifier);
            } else {
                send.accept(refusing(message, refusal, connection));
            }
            message = connection.unacknowledged.peekFirst();
        }
    }

    private PubAck refusing(InboundMessage message, Refusal refusal, ConnectionState connection) {
        PubAck answer = new PubAck(message.packetIdentifier, refusal.reasonCode(), refusal.diagnostics());
        // [MQTT-3.4.2-2], [MQTT-3.4.2-3]
        return isTooLarge(answer, refusal, connection)
                ? new PubAck(message.packetIdentifier, refusal.reasonCode(), Diagnostics.NONE)
                : answer;
    }

    private boolean isTooLarge(ControlPacket answer, Refusal refusal, ConnectionState connection) {
        return !refusal.diagnostics().equals(Diagnostics.NONE)
                && sizes.sizeBytes(answer, connection.version) > connection.limits.maximumPacketSizeBytes();
    }

    /** The server has forgotten the session: what the application has not accepted is still handed over. */
    void loseSession() {
        pending().forEach(this::forget);
    }

    private List<InboundMessage> pending() {
        List<InboundMessage> pending = new ArrayList<>();
        session.inbound.forEach(pending::add);
        return pending;
    }

    private void forget(InboundMessage message) {
        session.inbound.remove(message.packetIdentifier);
        message.packetIdentifier = 0;
        if (message.isDecided()) {
            journal.removeInbound(message);
        } else {
            // Else a restart would take the identifier for one of the new session, and a new message for a duplicate.
            journal.putInbound(message);
        }
    }

    /** The server may have forgotten the session. */
    void suspectAll() {
        session.inbound.forEach(message -> message.suspect = true);
    }

    boolean hasSuspects() {
        return pending().stream().anyMatch(message -> message.suspect);
    }

    /** It is known now whether a message belongs to the server's present session. */
    private void endSuspicion(InboundMessage message) {
        if (!message.suspect) {
            return;
        }
        message.suspect = false;
        if (!hasSuspects()) {
            session.doubtful = false;
            journal.putSession();
        }
    }

    /** Hands over what an earlier run has left. */
    void deliverRestored() {
        for (InboundMessage message = session.undelivered.poll();
                message != null;
                message = session.undelivered.poll()) {
            deliverable.addLast(message);
        }
    }

    /** Hands over what does not depend on the store. */
    void deliver(EngineOutput output) {
        for (InboundMessage message = deliverable.poll(); message != null; message = deliverable.poll()) {
            output.deliver(message);
        }
    }
}
