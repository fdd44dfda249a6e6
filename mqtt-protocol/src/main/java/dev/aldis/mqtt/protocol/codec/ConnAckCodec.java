package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.ServerLimits;
import dev.aldis.mqtt.protocol.packet.ConnAck;
import dev.aldis.mqtt.protocol.packet.ConnAckProperties;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import java.util.Arrays;

/** CONNACK (section 3.2). */
final class ConnAckCodec {

    /** The return codes 0 to 5 of 3.1.1 (table 3.1 there). */
    private static final ReasonCode[] RETURN_CODES = {
        ReasonCode.SUCCESS,
        ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
        ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
        ReasonCode.SERVER_UNAVAILABLE,
        ReasonCode.BAD_USER_NAME_OR_PASSWORD,
        ReasonCode.NOT_AUTHORIZED
    };

    private static final int UNACCEPTABLE_PROTOCOL_VERSION = 1;

    private ConnAckCodec() {}

    static ConnAck read(WireReader reader, PropertyReader propertyReader) throws PeerViolation {
        boolean mqtt3Form = reader.isMqtt5() && reader.remaining() == 2;
        int flags = reader.readByte("Connect Acknowledge Flags");
        if ((flags & 0xFE) != 0) {
            throw reader.malformed(
                    "the reserved bits of its flags 0x" + WireReader.hex(flags) + " are not 0",
                    reader.clause("MQTT-3.2.2-1", "section 3.2.2.1"));
        }
        if (mqtt3Form) {
            throw mqtt3Form(reader);
        }
        boolean sessionPresent = flags == 1;
        ReasonCode code = reader.isMqtt5() ? ReasonCodes.read(reader, Role.SERVER) : readReturnCode(reader);
        if (sessionPresent && code != ReasonCode.SUCCESS) {
            throw reader.protocolError(
                    "Session Present is 1, although the connection is refused with " + code,
                    reader.clause("MQTT-3.2.2-6", "MQTT-3.2.2-4"));
        }
        ConnAckProperties properties = reader.isMqtt5()
                ? properties(reader, propertyReader.read(reader, PropertyHolder.CONNACK))
                : ConnAckProperties.NONE;
        return new ConnAck(sessionPresent, code, properties);
    }

    /** A server that knows 3.1.1 only answers a CONNECT of level 5 in its own form {@code [MQTT-3.1.2-2]}. */
    private static PeerViolation mqtt3Form(WireReader reader) throws PeerViolation {
        int code = reader.readByte("Reason Code");
        if (code == UNACCEPTABLE_PROTOCOL_VERSION || code == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION.value()) {
            return reader.violation(
                    ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                    "the server does not support protocol level 5 (MQTT 5.0); it answered in the form of MQTT 3.1.1"
                            + " with return code " + code + ": connect with MQTT 3.1.1",
                    "MQTT-3.1.2-2");
        }
        return reader.malformed(
                "there is no Property Length behind the Reason Code 0x" + WireReader.hex(code), "MQTT-2.2.2-1");
    }

    private static ReasonCode readReturnCode(WireReader reader) throws PeerViolation {
        int code = reader.readByte("Connect Return code");
        if (code >= RETURN_CODES.length) {
            throw reader.protocolError("the Connect Return code " + code + " is reserved", "section 3.2.2.3");
        }
        return RETURN_CODES[code];
    }

    private static ConnAckProperties properties(WireReader reader, PropertyValues values) throws PeerViolation {
        ServerLimits absent = ServerLimits.NONE;
        ServerLimits limits = new ServerLimits(
                (int) values.integer(Property.RECEIVE_MAXIMUM, absent.receiveMaximum()),
                values.integer(Property.MAXIMUM_PACKET_SIZE, absent.maximumPacketSizeBytes()),
                (int) values.integer(Property.TOPIC_ALIAS_MAXIMUM, absent.topicAliasMaximum()),
                QoS.of((int)
                        values.integer(Property.MAXIMUM_QOS, absent.maximumQos().level())),
                values.flag(Property.RETAIN_AVAILABLE, absent.retainAvailable()),
                values.flag(Property.WILDCARD_SUBSCRIPTION_AVAILABLE, absent.wildcardSubscriptionAvailable()),
                values.flag(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, absent.subscriptionIdentifierAvailable()),
                values.flag(Property.SHARED_SUBSCRIPTION_AVAILABLE, absent.sharedSubscriptionAvailable()));
        return new ConnAckProperties(
                values.integer(Property.SESSION_EXPIRY_INTERVAL, -1),
                (int) values.integer(Property.SERVER_KEEP_ALIVE, -1),
                values.string(Property.ASSIGNED_CLIENT_IDENTIFIER),
                limits,
                values.string(Property.RESPONSE_INFORMATION),
                values.string(Property.SERVER_REFERENCE),
                AuthCodec.authentication(reader, values),
                values.diagnostics());
    }

    static void write(ConnAck packet, boolean mqtt5, WireBuffer out) {
        if (packet.sessionPresent() && packet.reasonCode() != ReasonCode.SUCCESS) {
            throw new IllegalArgumentException(
                    "CONNACK with " + packet.reasonCode() + " cannot have Session Present 1: use 0 [MQTT-3.2.2-6]");
        }
        out.putByte(packet.sessionPresent() ? 1 : 0);
        if (mqtt5) {
            out.putByte(ReasonCodes.check(PacketType.CONNACK, packet.reasonCode()));
            writeProperties(packet.properties(), out);
        } else {
            out.putByte(returnCode(packet.reasonCode()));
        }
    }

    private static int returnCode(ReasonCode code) {
        for (int i = 0; i < RETURN_CODES.length; i++) {
            if (RETURN_CODES[i] == code) {
                return i;
            }
        }
        throw new IllegalArgumentException(
                "MQTT 3.1.1 has no return code for " + code + ": use one of " + Arrays.toString(RETURN_CODES));
    }

    private static void writeProperties(ConnAckProperties values, WireBuffer out) {
        int begin = out.beginLength();
        PropertyWriter.putUnless(out, Property.SESSION_EXPIRY_INTERVAL, -1, values.sessionExpirySeconds());
        writeLimits(values.limits(), out);
        PropertyWriter.putString(out, Property.ASSIGNED_CLIENT_IDENTIFIER, values.assignedClientIdentifier());
        PropertyWriter.putDiagnostics(out, values.diagnostics());
        PropertyWriter.putUnless(out, Property.SERVER_KEEP_ALIVE, -1, values.serverKeepAliveSeconds());
        PropertyWriter.putString(out, Property.RESPONSE_INFORMATION, values.responseInformation());
        PropertyWriter.putString(out, Property.SERVER_REFERENCE, values.serverReference());
        PropertyWriter.putAuthentication(out, values.authentication());
        out.endLength(begin);
    }

    private static void writeLimits(ServerLimits limits, WireBuffer out) {
        ServerLimits absent = ServerLimits.NONE;
        PropertyWriter.putUnless(out, Property.RECEIVE_MAXIMUM, absent.receiveMaximum(), limits.receiveMaximum());
        PropertyWriter.putUnless(
                out,
                Property.MAXIMUM_QOS,
                absent.maximumQos().level(),
                limits.maximumQos().level());
        PropertyWriter.putUnless(out, Property.RETAIN_AVAILABLE, absent.retainAvailable(), limits.retainAvailable());
        PropertyWriter.putUnless(
                out, Property.MAXIMUM_PACKET_SIZE, absent.maximumPacketSizeBytes(), limits.maximumPacketSizeBytes());
        PropertyWriter.putUnless(
                out, Property.TOPIC_ALIAS_MAXIMUM, absent.topicAliasMaximum(), limits.topicAliasMaximum());
        PropertyWriter.putUnless(
                out,
                Property.WILDCARD_SUBSCRIPTION_AVAILABLE,
                absent.wildcardSubscriptionAvailable(),
                limits.wildcardSubscriptionAvailable());
        PropertyWriter.putUnless(
                out,
                Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE,
                absent.subscriptionIdentifierAvailable(),
                limits.subscriptionIdentifierAvailable());
        PropertyWriter.putUnless(
                out,
                Property.SHARED_SUBSCRIPTION_AVAILABLE,
                absent.sharedSubscriptionAvailable(),
                limits.sharedSubscriptionAvailable());
    }
}
