package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.Credentials;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ConnectProperties;
import org.jspecify.annotations.Nullable;

/** Writes CONNECT (section 3.1). */
final class ConnectWriter {

    private ConnectWriter() {}

    static void write(Connect packet, ProtocolVersion version, WireBuffer out) {
        check(packet, version);
        boolean mqtt5 = version == ProtocolVersion.MQTT_5;
        out.putUtf8("Protocol Name", version.protocolName());
        out.putByte(version.level());
        out.putByte(flags(packet));
        out.putShort(packet.keepAliveSeconds());
        if (mqtt5) {
            writeProperties(packet.properties(), out);
        }
        out.putUtf8("Client Identifier", packet.clientIdentifier());
        Will will = packet.will();
        if (will != null) {
            writeWill(will, mqtt5, out);
        }
        Credentials credentials = packet.credentials();
        if (credentials != null) {
            credentials.userName().ifPresent(name -> out.putUtf8("User Name", name));
            credentials.password().ifPresent(password -> out.putBinary("Password", password));
        }
    }

    private static void check(Connect packet, ProtocolVersion version) {
        if (packet.version() != version) {
            throw new IllegalArgumentException("CONNECT is for " + packet.version() + ", the connection for " + version
                    + ": use the same version for both");
        }
        if (packet.keepAliveSeconds() < 0 || packet.keepAliveSeconds() > 65_535) {
            throw new IllegalArgumentException(
                    "Keep Alive " + packet.keepAliveSeconds() + " s is out of range: use 0 to 65535");
        }
        if (version == ProtocolVersion.MQTT_5) {
            return;
        }
        Credentials credentials = packet.credentials();
        if (credentials != null && credentials.userName().isEmpty()) {
            throw new IllegalArgumentException(
                    "A Password without a User Name needs MQTT 5.0: add a User Name [MQTT-3.1.2-22]");
        }
        if (packet.clientIdentifier().isEmpty() && (version == ProtocolVersion.MQTT_3_1 || !packet.cleanStart())) {
            throw new IllegalArgumentException("An empty Client Identifier needs MQTT 3.1.1 with Clean Session, or MQTT"
                    + " 5.0: choose an identifier [MQTT-3.1.3-7]");
        }
    }

    private static int flags(Connect packet) {
        int flags = packet.cleanStart() ? 0x02 : 0;
        Will will = packet.will();
        if (will != null) {
            Message message = will.message();
            flags |= 0x04 | message.qos().level() << 3 | (message.retain() ? 0x20 : 0);
        }
        return flags | credentialFlags(packet.credentials());
    }

    private static int credentialFlags(@Nullable Credentials credentials) {
        if (credentials == null) {
            return 0;
        }
        return (credentials.userName().isPresent() ? 0x80 : 0)
                | (credentials.password().isPresent() ? 0x40 : 0);
    }

    private static void writeProperties(ConnectProperties values, WireBuffer out) {
        ConnectProperties absent = ConnectProperties.NONE;
        int begin = out.beginLength();
        PropertyWriter.putUnless(
                out, Property.SESSION_EXPIRY_INTERVAL, absent.sessionExpirySeconds(), values.sessionExpirySeconds());
        PropertyWriter.putUnless(out, Property.RECEIVE_MAXIMUM, absent.receiveMaximum(), values.receiveMaximum());
        PropertyWriter.putUnless(
                out, Property.MAXIMUM_PACKET_SIZE, absent.maximumPacketSizeBytes(), values.maximumPacketSizeBytes());
        PropertyWriter.putUnless(
                out, Property.TOPIC_ALIAS_MAXIMUM, absent.topicAliasMaximum(), values.topicAliasMaximum());
        PropertyWriter.putUnless(
                out,
                Property.REQUEST_RESPONSE_INFORMATION,
                absent.requestResponseInformation(),
                values.requestResponseInformation());
        PropertyWriter.putUnless(
                out,
                Property.REQUEST_PROBLEM_INFORMATION,
                absent.requestProblemInformation(),
                values.requestProblemInformation());
        PropertyWriter.putUserProperties(out, values.userProperties());
        PropertyWriter.putAuthentication(out, values.authentication());
        out.endLength(begin);
    }

    private static void writeWill(Will will, boolean mqtt5, WireBuffer out) {
        Message message = will.message();
        if (mqtt5) {
            int begin = out.beginLength();
            PropertyWriter.putUnless(out, Property.WILL_DELAY_INTERVAL, 0, will.delaySeconds());
            MessagePropertiesCodec.writeFirst(message.properties(), out);
            MessagePropertiesCodec.writeContentType(message.properties(), out);
            MessagePropertiesCodec.writeMiddle(message.properties(), out);
            out.endLength(begin);
        }
        out.putTopic(message.topic());
        Payload payload = message.payload();
        out.putBinary("Will Payload", payload);
    }
}
