package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.engine.StoreGate.Action;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages from the server: the receiver's side of each QoS (section 4.3).
 *
 * <p>QoS 1 is acknowledged after the application has accepted the message, in the order of arrival. A QoS 2 message is
 * recorded before PUBREC leaves and before it is handed over; its acceptance is recorded; PUBCOMP answers PUBREL when the
 * message is accepted, so that a slow application holds the server back.
 */
final class InboundFlow {

    private final ProtocolVersion version;
    private final int receiveMaximum;
    private final SessionState session;
    private final StoreGate gate;
    private final Journal journal;

    /** What waits for nothing but the end of the turn. */
    private final Deque<InboundMessage> deliverable = new ArrayDeque<>();

    InboundFlow(ProtocolVersion version, int receiveMaximum, SessionState session, StoreGate gate, Journal journal) {
        this.version = version;
        this.receiveMaximum = receiveMaximum;
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
                journal.nextDeliveryIdentifier(session.established),
                epochMillis);
        message.packetIdentifier = packet.packetIdentifier();
        return message;
    }

    private void count(ConnectionState connection) throws PeerViolation {
        connection.receiving++;
        if (version == ProtocolVersion.MQTT_5 && connection.receiving > receiveMaximum) {
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
        if (known != null) {
            if (known.connection != connection.number) {
                known.connection = connection.number;
                count(connection);
            }
            gate.afterChanges(Action.SEND_PUBREC, known, connection.number);
            return;
        }
        count(connection);
        InboundMessage message = received(packet, epochMillis);
        message.connection = connection.number;
        session.inbound.set(message.packetIdentifier, message);
        journal.putInbound(message);
        gate.afterChanges(Action.SEND_PUBREC, message, connection.number);
        gate.afterChanges(Action.DELIVER, message, 0);
    }

    /** PUBREL; true if the identifier is unknown, which the caller answers. */
    boolean handlePubRel(int packetIdentifier, ConnectionState connection) {
        InboundMessage message = session.inbound.get(packetIdentifier);
        if (message == null) {
            return true;
        }
        message.released = true;
        if (message.accepted) {
            finish(message, connection);
        }
        return false;
    }

    /** The application has taken the message. */
    void accept(InboundMessage message, @Nullable ConnectionState connection) {
        if (message.accepted) {
            return;
        }
        message.accepted = true;
        if (message.qos() != QoS.EXACTLY_ONCE) {
            return; // QoS 1: acknowledge() finds it.
        }
        if (message.packetIdentifier == 0) {
            journal.removeInbound(message);
        } else if (message.released && connection != null) {
            finish(message, connection);
        } else {
            // With PUBREL received but no connection left, PUBREL comes again on the next one.
            journal.putAccepted(message);
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

    /** Sends the PUBACKs that are due: those at the head of the line. */
    void acknowledge(ConnectionState connection, EngineOutput output) {
        InboundMessage message = connection.unacknowledged.peekFirst();
        while (message != null && message.accepted) {
            connection.unacknowledged.removeFirst();
            connection.receiving--;
            output.sendAcknowledgement(PacketType.PUBACK, message.packetIdentifier);
            message = connection.unacknowledged.peekFirst();
        }
    }

    /** The server has forgotten the session: what the application has not accepted is still handed over. */
    void loseSession() {
        List<InboundMessage> forgotten = new ArrayList<>();
        session.inbound.forEach(forgotten::add);
        for (InboundMessage message : forgotten) {
            session.inbound.remove(message.packetIdentifier);
            message.packetIdentifier = 0;
            if (message.accepted) {
                journal.removeInbound(message);
            } else {
                // Else a restart would take the identifier for one of the new session, and a new message for a
                // duplicate.
                journal.putInbound(message);
            }
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
