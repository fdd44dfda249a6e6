package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.Auth;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import org.jspecify.annotations.Nullable;

/**
 * AUTH (section 3.15). An empty one is described in section 3.15.2.1, but lacks the method that section 3.15.2.2.2 makes
 * mandatory: it is refused.
 */
final class AuthCodec {

    private AuthCodec() {}

    static Auth read(WireReader reader, PropertyReader propertyReader, Role sender) throws PeerViolation {
        ReasonCode code = reader.remaining() == 0 ? ReasonCode.SUCCESS : ReasonCodes.read(reader, sender);
        PropertyValues values =
                reader.remaining() == 0 ? propertyReader.none() : propertyReader.read(reader, PropertyHolder.AUTH);
        AuthenticationExchange authentication = authentication(reader, values);
        if (authentication == null) {
            throw reader.protocolError("there is no Authentication Method", "section 3.15.2.2.2");
        }
        return new Auth(code, authentication, values.diagnostics());
    }

    /** Method and data; data alone is an error. */
    static @Nullable AuthenticationExchange authentication(WireReader reader, PropertyValues values)
            throws PeerViolation {
        AuthenticationExchange authentication = values.authentication();
        if (authentication == null && values.has(Property.AUTHENTICATION_DATA)) {
            throw reader.protocolError(
                    "there is Authentication Data without an Authentication Method", "section 3.1.2.11.10");
        }
        return authentication;
    }

    static void write(Auth packet, WireBuffer out) {
        out.putByte(ReasonCodes.check(PacketType.AUTH, packet.reasonCode()));
        int begin = out.beginLength();
        PropertyWriter.putAuthentication(out, packet.authentication());
        PropertyWriter.putDiagnostics(out, packet.diagnostics());
        out.endLength(begin);
    }
}
