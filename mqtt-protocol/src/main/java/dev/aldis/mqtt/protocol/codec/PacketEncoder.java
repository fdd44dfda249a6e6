package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;
import dev.aldis.mqtt.protocol.packet.Publish;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.UnsubAck;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.util.List;

/**
 * Writes packets of one version, in their shortest form, properties in the order in which the standard describes them.
 * Values that a version has no field for are left out: Reason Codes of acknowledgements and all properties before 5.0.
 * Whether that is acceptable is decided where the values come from.
 *
 * <p>A packet that the standard forbids is an {@code IllegalArgumentException}, and leaves the buffer as it was. For one
 * thread.
 */
public final class PacketEncoder {

    private final ProtocolVersion version;
    private final boolean mqtt5;
    private final PublishWriter publishWriter;
    private final WireBuffer scratch = new WireBuffer(256);

    /**
     * An encoder.
     *
     * @param version of the connection
     */
    public PacketEncoder(ProtocolVersion version) {
        this.version = version;
        this.mqtt5 = version == ProtocolVersion.MQTT_5;
        this.publishWriter = new PublishWriter(mqtt5);
    }

    /**
     * Writes a packet.
     *
     * @param packet any packet of the version
     * @param out takes it
     * @throws IllegalArgumentException if the packet cannot be written: a value out of range, a text that UTF-8 cannot
     *     carry, or more than 268,435,460 bytes
     */
    public void encode(ControlPacket packet, WireBuffer out) {
        int start = out.size();
        try {
            if (packet instanceof Publish publish) {
                publishWriter.write(publish, out);
            } else {
                writeFramed(packet, out);
            }
        } catch (RuntimeException refused) {
            out.truncate(start);
            throw refused;
        }
    }

    /**
     * Writes PUBLISH with its Topic Name, without an object for the packet.
     *
     * @param message what is published
     * @param packetIdentifier 1 to 65,535; 0 with QoS 0
     * @param duplicate the DUP flag; false with QoS 0
     * @param topicAlias 1 to 65,535 to set this alias; 0 for none
     * @param out takes the packet
     * @throws IllegalArgumentException as {@link #encode}
     */
    public void encodePublish(
            Message message, int packetIdentifier, boolean duplicate, int topicAlias, WireBuffer out) {
        writePublish(message, packetIdentifier, duplicate, positive(topicAlias), out);
    }

    /**
     * Writes PUBLISH with an alias, which was set on this connection, in place of its Topic Name. Never for one that is
     * sent again.
     *
     * @param message what is published
     * @param packetIdentifier 1 to 65,535; 0 with QoS 0
     * @param topicAlias 1 to 65,535
     * @param out takes the packet
     * @throws IllegalArgumentException as {@link #encode}
     */
    public void encodePublishByAlias(Message message, int packetIdentifier, int topicAlias, WireBuffer out) {
        if (topicAlias == 0) {
            throw new IllegalArgumentException("Topic Alias 0 stands for no topic: use 1 to 65535 [MQTT-3.3.2-8]");
        }
        writePublish(message, packetIdentifier, false, -positive(topicAlias), out);
    }

    private void writePublish(Message message, int packetIdentifier, boolean duplicate, int alias, WireBuffer out) {
        int start = out.size();
        try {
            publishWriter.write(message, packetIdentifier, duplicate, alias, out);
        } catch (RuntimeException refused) {
            out.truncate(start);
            throw refused;
        }
    }

    private static int positive(int topicAlias) {
        if (topicAlias < 0) {
            throw new IllegalArgumentException("Topic Alias " + topicAlias + " is out of range: use 1 to 65535");
        }
        return topicAlias;
    }

    /**
     * Writes PUBACK, PUBREC, PUBREL or PUBCOMP that says success, without an object for the packet.
     *
     * @param type one of the four
     * @param packetIdentifier 1 to 65,535
     * @param out takes four bytes
     * @throws IllegalArgumentException if type or identifier are others
     */
    public void encodeAck(PacketType type, int packetIdentifier, WireBuffer out) {
        if (type.value() < PacketType.PUBACK.value() || type.value() > PacketType.PUBCOMP.value()) {
            throw AckCodec.noAck(type);
        }
        PacketIdentifiers.check(packetIdentifier);
        out.putShort((type.value() << 4 | flags(type)) << 8 | 2);
        out.putShort(packetIdentifier);
    }

    /**
     * The size of a packet with its fixed header, for the Maximum Packet Size of the server {@code [MQTT-3.1.2-25]}.
     *
     * @param packet any packet of the version
     * @return the number of bytes that {@link #encode} writes; more than 268,435,460 if it refuses to
     * @throws IllegalArgumentException if the packet cannot be written for another reason
     */
    public int sizeBytes(ControlPacket packet) {
        if (packet instanceof Publish publish) {
            return saturated(publishWriter.sizeBytes(
                    publish.message(), publish.topicAlias(), publish.subscriptionIdentifiers()));
        }
        scratch.clear();
        writeFramed(packet, scratch);
        return scratch.size();
    }

    /**
     * The size of a PUBLISH with its Topic Name, as {@link #sizeBytes}.
     *
     * @param message what is published
     * @param topicAlias 1 to 65,535; 0 for none
     */
    public int publishSizeBytes(Message message, int topicAlias) {
        return saturated(publishWriter.sizeBytes(message, positive(topicAlias), List.of()));
    }

    private static int saturated(long size) {
        return (int) Math.min(size, Integer.MAX_VALUE);
    }

    /**
     * Sheds what a packet has for people to read until it fits: User Properties first, then the Reason String. Concerns
     * PUBACK, PUBREC, PUBREL, PUBCOMP, DISCONNECT and AUTH (sections 3.4.2.2.2 and following); the others come back as
     * they are.
     *
     * @param packet what is to be sent
     * @param maximumPacketSizeBytes of the server
     * @return what is sent instead; still too large if the rest does not fit
     */
    public ControlPacket shed(ControlPacket packet, long maximumPacketSizeBytes) {
        Diagnostics diagnostics = Diagnosed.of(packet);
        if (diagnostics.equals(Diagnostics.NONE) || sizeBytes(packet) <= maximumPacketSizeBytes) {
            return packet;
        }
        ControlPacket shorter =
                Diagnosed.with(packet, Diagnostics.of(diagnostics.reasonString().orElse(null), List.of()));
        return sizeBytes(shorter) <= maximumPacketSizeBytes ? shorter : Diagnosed.with(packet, Diagnostics.NONE);
    }

    private void writeFramed(ControlPacket packet, WireBuffer out) {
        PacketType type = packet.type();
        out.putByte(type.value() << 4 | flags(type));
        int begin = out.beginLength();
        writeBody(packet, out);
        out.endLength(begin);
    }

    /** The flags in the fixed header, other than those of PUBLISH {@code [MQTT-2.1.3-1]}. */
    static int flags(PacketType type) {
        return type == PacketType.PUBREL || type == PacketType.SUBSCRIBE || type == PacketType.UNSUBSCRIBE ? 2 : 0;
    }

    private void writeBody(ControlPacket packet, WireBuffer out) {
        switch (packet.type()) {
            case CONNECT -> ConnectWriter.write((Connect) packet, version, out);
            case CONNACK -> ConnAckCodec.write((ConnAck) packet, mqtt5, out);
            case PUBLISH -> throw new IllegalStateException("PUBLISH has a writer of its own");
            case PUBACK -> {
                PubAck ack = (PubAck) packet;
                writeAck(
                        ack.packetIdentifier(),
                        ReasonCodes.check(ack.type(), ack.reasonCode()),
                        ack.diagnostics(),
                        out);
            }
            case PUBREC -> {
                PubRec ack = (PubRec) packet;
                writeAck(
                        ack.packetIdentifier(),
                        ReasonCodes.check(ack.type(), ack.reasonCode()),
                        ack.diagnostics(),
                        out);
            }
            case PUBREL -> {
                PubRel ack = (PubRel) packet;
                writeAck(
                        ack.packetIdentifier(),
                        ReasonCodes.check(ack.type(), ack.reasonCode()),
                        ack.diagnostics(),
                        out);
            }
            case PUBCOMP -> {
                PubComp ack = (PubComp) packet;
                writeAck(
                        ack.packetIdentifier(),
                        ReasonCodes.check(ack.type(), ack.reasonCode()),
                        ack.diagnostics(),
                        out);
            }
            case SUBSCRIBE -> SubscribeCodec.write((Subscribe) packet, mqtt5, out);
            case SUBACK -> SubAckCodec.write((SubAck) packet, mqtt5, out);
            case UNSUBSCRIBE -> UnsubscribeCodec.write((Unsubscribe) packet, mqtt5, out);
            case UNSUBACK -> SubAckCodec.write((UnsubAck) packet, mqtt5, out);
            case PINGREQ, PINGRESP -> {}
            case DISCONNECT -> DisconnectCodec.write((Disconnect) packet, mqtt5, out);
            case AUTH -> writeAuth((Auth) packet, out);
        }
    }

    private void writeAck(int identifier, int code, Diagnostics diagnostics, WireBuffer out) {
        AckCodec.write(identifier, code, diagnostics, mqtt5, out);
    }

    private void writeAuth(Auth packet, WireBuffer out) {
        if (!mqtt5) {
            throw new IllegalArgumentException("AUTH needs MQTT 5.0; the connection has " + version);
        }
        AuthCodec.write(packet, out);
    }
}
