package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.Disconnect;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;

/** DISCONNECT (section 3.14). */
final class DisconnectCodec {

    private DisconnectCodec() {}

    static Disconnect read(WireReader reader, PropertyReader propertyReader, Role sender) throws PeerViolation {
        if (!reader.isMqtt5() || reader.remaining() == 0) {
            return Disconnect.of(ReasonCode.SUCCESS);
        }
        ReasonCode code = ReasonCodes.read(reader, sender);
        if (reader.remaining() == 0) {
            return Disconnect.of(code);
        }
        PropertyValues values = propertyReader.read(reader, PropertyHolder.DISCONNECT);
        if (sender == Role.SERVER && values.has(Property.SESSION_EXPIRY_INTERVAL)) {
            throw reader.protocolError("a server sent a Session Expiry Interval", "MQTT-3.14.2-2");
        }
        if (sender == Role.CLIENT && values.has(Property.SERVER_REFERENCE)) {
            throw reader.protocolError("a client sent a Server Reference", "section 3.14.2.2.5");
        }
        return new Disconnect(
                code,
                values.integer(Property.SESSION_EXPIRY_INTERVAL, -1),
                values.string(Property.SERVER_REFERENCE),
                values.diagnostics());
    }

    static void write(Disconnect packet, boolean mqtt5, WireBuffer out) {
        if (!mqtt5) {
            return;
        }
        int code = ReasonCodes.check(PacketType.DISCONNECT, packet.reasonCode());
        boolean properties = packet.sessionExpirySeconds() >= 0
                || packet.serverReference() != null
                || !packet.diagnostics().equals(Diagnostics.NONE);
        if (code != 0 || properties) {
            out.putByte(code);
        }
        if (properties) {
            int begin = out.beginLength();
            PropertyWriter.putUnless(out, Property.SESSION_EXPIRY_INTERVAL, -1, packet.sessionExpirySeconds());
            PropertyWriter.putDiagnostics(out, packet.diagnostics());
            PropertyWriter.putString(out, Property.SERVER_REFERENCE, packet.serverReference());
            out.endLength(begin);
        }
    }
}
