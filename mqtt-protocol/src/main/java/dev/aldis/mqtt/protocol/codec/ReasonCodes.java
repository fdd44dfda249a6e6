package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import java.util.EnumSet;
import java.util.Set;

/** Which Reason Codes a packet of MQTT 5.0 may have, by its sender (sections 2.4 and 3). */
final class ReasonCodes {

    private static final Set<ReasonCode> CONNACK = codes(
            0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97, 0x99, 0x9A,
            0x9B, 0x9C, 0x9D, 0x9F);
    private static final Set<ReasonCode> RECEIVED_BY_CLIENT = codes(0x00, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99);
    private static final Set<ReasonCode> RECEIVED_BY_SERVER =
            codes(0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99);
    private static final Set<ReasonCode> RELEASED = codes(0x00, 0x92);
    private static final Set<ReasonCode> SUBACK =
            codes(0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2);
    private static final Set<ReasonCode> UNSUBACK = codes(0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91);
    /** 0x9B is the server's by table 3-10, but section 3.3.4 tells a client to send it. */
    private static final Set<ReasonCode> DISCONNECT_BY_CLIENT =
            codes(0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9B);
    /** 0x8C is in table 2-6 but not in table 3-10. */
    private static final Set<ReasonCode> DISCONNECT_BY_SERVER = codes(
            0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97,
            0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2);

    private static final Set<ReasonCode> AUTH_BY_CLIENT = codes(0x18, 0x19);
    private static final Set<ReasonCode> AUTH_BY_SERVER = codes(0x00, 0x18);
    private static final Set<ReasonCode> NONE = codes();

    private ReasonCodes() {}

    private static Set<ReasonCode> codes(int... values) {
        Set<ReasonCode> codes = EnumSet.noneOf(ReasonCode.class);
        for (int value : values) {
            ReasonCode code = ReasonCode.of(value);
            if (code == null) {
                throw new IllegalArgumentException("0x" + WireReader.hex(value) + " is no Reason Code");
            }
            codes.add(code);
        }
        return codes;
    }

    /** What a packet may say if this end sent it. */
    static Set<ReasonCode> allowed(PacketType type, Role sender) {
        boolean client = sender == Role.CLIENT;
        return switch (type) {
            case CONNACK -> CONNACK;
            case PUBACK, PUBREC -> client ? RECEIVED_BY_CLIENT : RECEIVED_BY_SERVER;
            case PUBREL, PUBCOMP -> RELEASED;
            case SUBACK -> SUBACK;
            case UNSUBACK -> UNSUBACK;
            case DISCONNECT -> client ? DISCONNECT_BY_CLIENT : DISCONNECT_BY_SERVER;
            case AUTH -> client ? AUTH_BY_CLIENT : AUTH_BY_SERVER;
            case CONNECT, PUBLISH, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, PINGRESP -> NONE;
        };
    }

    /** Reads a Reason Code that the packet may have. */
    static ReasonCode read(WireReader reader, Role sender) throws PeerViolation {
        int value = reader.readByte("Reason Code");
        ReasonCode code = ReasonCode.of(value);
        if (code == null || !allowed(reader.type(), sender).contains(code)) {
            throw reader.protocolError(
                    "the Reason Code 0x" + WireReader.hex(value)
                            + (code == null
                                    ? " does not exist"
                                    : " (" + code + ") is not one that a "
                                            + (sender == Role.CLIENT ? "client" : "server") + " may send here"),
                    clause(reader.type()));
        }
        return code;
    }

    /** Refuses a Reason Code that neither end may send with a packet. */
    static int check(PacketType type, ReasonCode code) {
        if (!allowed(type, Role.CLIENT).contains(code)
                && !allowed(type, Role.SERVER).contains(code)) {
            throw new IllegalArgumentException(type + " cannot say " + code + " (0x" + WireReader.hex(code.value())
                    + "): use one of " + allowed(type, Role.CLIENT) + " [" + clause(type) + "]");
        }
        return code.value();
    }

    private static String clause(PacketType type) {
        return switch (type) {
            case CONNACK -> "MQTT-3.2.2-8";
            case PUBACK -> "MQTT-3.4.2-1";
            case PUBREC -> "MQTT-3.5.2-1";
            case PUBREL -> "MQTT-3.6.2-1";
            case PUBCOMP -> "MQTT-3.7.2-1";
            case SUBACK -> "MQTT-3.9.3-2";
            case UNSUBACK -> "MQTT-3.11.3-2";
            case DISCONNECT -> "MQTT-3.14.2-1";
            case AUTH -> "MQTT-3.15.2-1";
            case CONNECT, PUBLISH, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, PINGRESP -> "section 2.4";
        };
    }
}
