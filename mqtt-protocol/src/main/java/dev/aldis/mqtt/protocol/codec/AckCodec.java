package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.PubAck;
import dev.aldis.mqtt.protocol.packet.PubComp;
import dev.aldis.mqtt.protocol.packet.PubRec;
import dev.aldis.mqtt.protocol.packet.PubRel;

/** PUBACK, PUBREC, PUBREL and PUBCOMP (sections 3.4 to 3.7), which have one form. */
final class AckCodec {

    private AckCodec() {}

    static ControlPacket read(WireReader reader, PropertyReader propertyReader, Role sender) throws PeerViolation {
        PacketType type = reader.type();
        int identifier = reader.readPacketIdentifier();
        ReasonCode code = ReasonCode.SUCCESS;
        Diagnostics diagnostics = Diagnostics.NONE;
        if (reader.isMqtt5() && reader.remaining() > 0) {
            code = ReasonCodes.read(reader, sender);
            if (reader.remaining() > 0) {
                diagnostics = propertyReader.read(reader, holder(type)).diagnostics();
            }
        }
        return of(type, identifier, code, diagnostics);
    }

    /** A packet of one of the four types. */
    static ControlPacket of(PacketType type, int identifier, ReasonCode code, Diagnostics diagnostics) {
        return switch (type) {
            case PUBACK -> new PubAck(identifier, code, diagnostics);
            case PUBREC -> new PubRec(identifier, code, diagnostics);
            case PUBREL -> new PubRel(identifier, code, diagnostics);
            case PUBCOMP -> new PubComp(identifier, code, diagnostics);
            default -> throw noAck(type);
        };
    }

    private static PropertyHolder holder(PacketType type) {
        return switch (type) {
            case PUBACK -> PropertyHolder.PUBACK;
            case PUBREC -> PropertyHolder.PUBREC;
            case PUBREL -> PropertyHolder.PUBREL;
            case PUBCOMP -> PropertyHolder.PUBCOMP;
            default -> throw noAck(type);
        };
    }

    /** An error for the types that do not have this form. */
    static IllegalArgumentException noAck(PacketType type) {
        return new IllegalArgumentException(
                type + " is no acknowledgement of a PUBLISH: use PUBACK, PUBREC, PUBREL or PUBCOMP");
    }

    /** Writes the body, in its shortest form. */
    static void write(int identifier, int code, Diagnostics diagnostics, boolean mqtt5, WireBuffer out) {
        out.putShort(PacketIdentifiers.check(identifier));
        if (!mqtt5) {
            return;
        }
        boolean properties = !diagnostics.equals(Diagnostics.NONE);
        if (code != 0 || properties) {
            out.putByte(code);
        }
        if (properties) {
            int begin = out.beginLength();
            PropertyWriter.putDiagnostics(out, diagnostics);
            out.endLength(begin);
        }
    }
}
