package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ConnectionException;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.PublishResult;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.UnsubAck;

/** Packets of an open connection, each to whom it concerns. */
final class OpenPackets {

    private final Lifecycle lifecycle;
    private final OutboundFlow outbound;
    private final InboundFlow inbound;
    private final SubscriptionFlow subscriptions;
    private final Authentication authentication;

    OpenPackets(
            Lifecycle lifecycle,
            OutboundFlow outbound,
            InboundFlow inbound,
            SubscriptionFlow subscriptions,
            Authentication authentication) {
        this.lifecycle = lifecycle;
        this.outbound = outbound;
        this.inbound = inbound;
        this.subscriptions = subscriptions;
        this.authentication = authentication;
    }

    void handle(ControlPacket packet, ConnectionState open, long epochMillis) throws PeerViolation {
        switch (packet.type()) {
            case PUBLISH -> inbound.handlePublish((Publish) packet, open, epochMillis);
            case PUBACK -> handlePubAck((PubAck) packet, open);
            case PUBREC -> handlePubRec((PubRec) packet, open);
            case PUBREL -> inbound.handlePubRel(((PubRel) packet).packetIdentifier(), open);
            case PUBCOMP -> handlePubComp((PubComp) packet, open);
            case SUBACK -> subscriptions.handleSubAck((SubAck) packet);
            case UNSUBACK -> subscriptions.handleUnsubAck((UnsubAck) packet);
            case PINGRESP -> {} // Like each packet it has shown that the server is there.
            case DISCONNECT -> handleDisconnect((Disconnect) packet, open);
            case AUTH -> authentication.handleAuth((Auth) packet, true);
            case CONNECT, CONNACK, SUBSCRIBE, UNSUBSCRIBE, PINGREQ -> throw unexpected(packet.type());
        }
    }

    void handleSuccess(PacketType type, int packetIdentifier, ConnectionState open) throws PeerViolation {
        switch (type) {
            case PUBACK -> outbound.handlePubAck(packetIdentifier, PublishResult.SUCCESS, open);
            case PUBREC -> outbound.handlePubRec(packetIdentifier, PublishResult.SUCCESS, open);
            case PUBREL -> inbound.handlePubRel(packetIdentifier, open);
            case PUBCOMP -> outbound.handlePubComp(packetIdentifier, Diagnostics.NONE, open);
            default -> throw new IllegalArgumentException(type + " does not acknowledge a PUBLISH");
        }
    }

    /** For a packet that has no place in this phase of the connection. */
    PeerViolation unexpected(PacketType type) {
        return new PeerViolation(
                ReasonCode.PROTOCOL_ERROR,
                type + " is not expected while the connection is " + lifecycle.phase()
                        + (lifecycle.phase() == ConnectionPhase.AWAITING_CONNACK ? " [MQTT-3.2.0-1]" : ""));
    }

    private void handlePubAck(PubAck packet, ConnectionState open) throws PeerViolation {
        outbound.handlePubAck(
                packet.packetIdentifier(), new PublishResult(packet.reasonCode(), packet.diagnostics()), open);
    }

    private void handlePubRec(PubRec packet, ConnectionState open) throws PeerViolation {
        outbound.handlePubRec(
                packet.packetIdentifier(), new PublishResult(packet.reasonCode(), packet.diagnostics()), open);
    }

    private void handlePubComp(PubComp packet, ConnectionState open) throws PeerViolation {
        outbound.handlePubComp(packet.packetIdentifier(), packet.diagnostics(), open);
    }

    private void handleDisconnect(Disconnect packet, ConnectionState open) throws PeerViolation {
        if (open.version != ProtocolVersion.MQTT_5) {
            throw unexpected(packet.type());
        }
        lifecycle.handleReference(packet.serverReference());
        lifecycle.close(new ConnectionException(
                "The server ended the connection: " + packet.reasonCode() + describe(packet.diagnostics()),
                packet.reasonCode(),
                packet.diagnostics()));
    }

    private static String describe(Diagnostics diagnostics) {
        return diagnostics.reasonString().map(text -> " (" + text + ")").orElse("");
    }
}
