package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.SubAck;
import dev.aldis.mqtt.protocol.packet.UnsubAck;
import java.util.ArrayList;
import java.util.List;

/** SUBACK and UNSUBACK (sections 3.9 and 3.11), which have one form, except that UNSUBACK had no codes before 5.0. */
final class SubAckCodec {

    private SubAckCodec() {}

    static SubAck readSubAck(WireReader reader, PropertyReader propertyReader) throws PeerViolation {
        int identifier = reader.readPacketIdentifier();
        Diagnostics diagnostics = reader.isMqtt5()
                ? propertyReader.read(reader, PropertyHolder.SUBACK).diagnostics()
                : Diagnostics.NONE;
        return new SubAck(identifier, readCodes(reader), diagnostics);
    }

    static UnsubAck readUnsubAck(WireReader reader, PropertyReader propertyReader) throws PeerViolation {
        int identifier = reader.readPacketIdentifier();
        if (!reader.isMqtt5()) {
            return new UnsubAck(identifier, List.of(), Diagnostics.NONE);
        }
        Diagnostics diagnostics =
                propertyReader.read(reader, PropertyHolder.UNSUBACK).diagnostics();
        return new UnsubAck(identifier, readCodes(reader), diagnostics);
    }

    private static List<ReasonCode> readCodes(WireReader reader) throws PeerViolation {
        if (reader.remaining() == 0) {
            throw reader.protocolError("there is no Reason Code", reader.clause("MQTT-3.8.4-6", "MQTT-3.8.4-5"));
        }
        List<ReasonCode> codes = new ArrayList<>(Math.min(reader.remaining(), 16));
        while (reader.remaining() > 0) {
            codes.add(reader.isMqtt5() ? ReasonCodes.read(reader, Role.SERVER) : readReturnCode(reader));
        }
        return List.copyOf(codes);
    }

    private static ReasonCode readReturnCode(WireReader reader) throws PeerViolation {
        int value = reader.readByte("return code");
        ReasonCode code = value <= 2 || value == 0x80 ? ReasonCode.of(value) : null;
        if (code == null) {
            throw reader.protocolError(
                    "the return code 0x" + WireReader.hex(value) + " is reserved; 0, 1, 2 and 0x80 are not",
                    "MQTT-3.9.3-2");
        }
        return code;
    }

    static void write(SubAck packet, boolean mqtt5, WireBuffer out) {
        out.putShort(PacketIdentifiers.check(packet.packetIdentifier()));
        if (mqtt5) {
            writeDiagnostics(packet.diagnostics(), out);
        }
        requireCodes(PacketType.SUBACK, packet.reasonCodes());
        for (ReasonCode code : packet.reasonCodes()) {
            int value = ReasonCodes.check(PacketType.SUBACK, code);
            out.putByte(mqtt5 || !code.isError() ? value : ReasonCode.UNSPECIFIED_ERROR.value());
        }
    }

    static void write(UnsubAck packet, boolean mqtt5, WireBuffer out) {
        out.putShort(PacketIdentifiers.check(packet.packetIdentifier()));
        if (mqtt5) {
            writeDiagnostics(packet.diagnostics(), out);
            requireCodes(PacketType.UNSUBACK, packet.reasonCodes());
            for (ReasonCode code : packet.reasonCodes()) {
                out.putByte(ReasonCodes.check(PacketType.UNSUBACK, code));
            }
        }
    }

    private static void requireCodes(PacketType type, List<ReasonCode> codes) {
        if (codes.isEmpty()) {
            throw new IllegalArgumentException(type + " needs one Reason Code for each Topic Filter; it has none");
        }
    }

    private static void writeDiagnostics(Diagnostics diagnostics, WireBuffer out) {
        int begin = out.beginLength();
        PropertyWriter.putDiagnostics(out, diagnostics);
        out.endLength(begin);
    }
}
