package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import org.jspecify.annotations.Nullable;

/** The first byte of a packet: its type and flags, refused as soon as it is there (section 2.1). */
final class FirstByte {

    private static final int FROM_BOTH = bit(PacketType.PUBLISH)
            | bit(PacketType.PUBACK)
            | bit(PacketType.PUBREC)
            | bit(PacketType.PUBREL)
            | bit(PacketType.PUBCOMP)
            | bit(PacketType.DISCONNECT)
            | bit(PacketType.AUTH);
    private static final int FROM_CLIENT = FROM_BOTH
            | bit(PacketType.CONNECT)
            | bit(PacketType.SUBSCRIBE)
            | bit(PacketType.UNSUBSCRIBE)
            | bit(PacketType.PINGREQ);
    private static final int FROM_SERVER = FROM_BOTH
            | bit(PacketType.CONNACK)
            | bit(PacketType.SUBACK)
            | bit(PacketType.UNSUBACK)
            | bit(PacketType.PINGRESP);
    private static final int NEW_IN_MQTT_5 = bit(PacketType.AUTH);
    private static final int NEW_IN_MQTT_5_FROM_SERVER = NEW_IN_MQTT_5 | bit(PacketType.DISCONNECT);

    private FirstByte() {}

    private static int bit(PacketType type) {
        return 1 << type.value();
    }

    /**
     * The type, if the peer may send it with these flags.
     *
     * @param version null before CONNECT
     * @param sender the peer
     */
    static PacketType check(int firstByte, @Nullable ProtocolVersion version, Role sender) throws PeerViolation {
        PacketType type = PacketType.of(firstByte >> 4);
        if (type == null) {
            throw new PeerViolation(
                    ReasonCode.PROTOCOL_ERROR,
                    "Packet type 0 (first byte 0x" + WireReader.hex(firstByte) + ") is reserved [section 2.1.2]");
        }
        checkSender(type, version, sender);
        if (version == null || type == PacketType.CONNECT) {
            checkOrder(type, version);
        }
        if (type == PacketType.PUBLISH) {
            checkPublish(firstByte & 0xF);
        } else if (!hasFlags(type, firstByte & 0xF, version)) {
            throw new PeerViolation(
                    ReasonCode.MALFORMED_PACKET,
                    type + ": the flags of its first byte 0x" + WireReader.hex(firstByte) + " are not "
                            + PacketEncoder.flags(type)
                            + (version == ProtocolVersion.MQTT_5 ? " [MQTT-2.1.3-1]" : " [MQTT-2.2.2-2]"));
        }
        return type;
    }

    private static void checkSender(PacketType type, @Nullable ProtocolVersion version, Role sender)
            throws PeerViolation {
        boolean client = sender == Role.CLIENT;
        int allowed = client ? FROM_CLIENT : FROM_SERVER;
        if (version != null && version != ProtocolVersion.MQTT_5) {
            allowed &= client ? ~NEW_IN_MQTT_5 : ~NEW_IN_MQTT_5_FROM_SERVER;
        }
        if ((allowed & bit(type)) == 0) {
            throw new PeerViolation(
                    ReasonCode.PROTOCOL_ERROR,
                    type + ": a " + (client ? "client" : "server") + " does not send it"
                            + (version == null ? "" : " with " + version) + " [section 2.1.2]");
        }
    }

    private static void checkOrder(PacketType type, @Nullable ProtocolVersion version) throws PeerViolation {
        if (version == null && type != PacketType.CONNECT) {
            throw new PeerViolation(
                    ReasonCode.PROTOCOL_ERROR, type + ": the first packet of a client is CONNECT [MQTT-3.1.0-1]");
        }
        if (version != null && type == PacketType.CONNECT) {
            throw new PeerViolation(
                    ReasonCode.PROTOCOL_ERROR, "CONNECT: a second one on the same connection [MQTT-3.1.0-2]");
        }
    }

    private static void checkPublish(int flags) throws PeerViolation {
        int qos = flags >> 1 & 3;
        if (qos == 3) {
            throw new PeerViolation(ReasonCode.MALFORMED_PACKET, "PUBLISH: the QoS is 3 [MQTT-3.3.1-4]");
        }
        if (qos == 0 && (flags & 8) != 0) {
            throw new PeerViolation(
                    ReasonCode.PROTOCOL_ERROR, "PUBLISH: the DUP flag is set with QoS 0 [MQTT-3.3.1-2]");
        }
    }

    /** MQTT 3.1 repeats PUBREL, SUBSCRIBE and UNSUBSCRIBE with a DUP flag; later versions have none there. */
    private static boolean hasFlags(PacketType type, int flags, @Nullable ProtocolVersion version) {
        int expected = PacketEncoder.flags(type);
        return flags == expected || (version == ProtocolVersion.MQTT_3_1 && expected == 2 && flags == (expected | 8));
    }
}
