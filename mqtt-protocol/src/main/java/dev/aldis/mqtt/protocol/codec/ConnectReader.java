package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.Credentials;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ConnectProperties;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import org.jspecify.annotations.Nullable;

/** Reads CONNECT (section 3.1), and learns the version of the connection from it. */
final class ConnectReader {

    private static final int USER_NAME = 0x80;
    private static final int PASSWORD = 0x40;
    private static final int WILL_RETAIN = 0x20;
    private static final int WILL_QOS = 0x18;
    private static final int WILL = 0x04;
    private static final int CLEAN_START = 0x02;
    private static final int RESERVED = 0x01;

    private ConnectReader() {}

    static Connect read(WireReader reader, PropertyReader propertyReader) throws PeerViolation {
        ProtocolVersion version = readVersion(reader);
        reader.becomeVersion(version);
        int flags = reader.readByte("Connect Flags");
        checkFlags(reader, flags);
        boolean cleanStart = (flags & CLEAN_START) != 0;
        int keepAliveSeconds = reader.readShort("Keep Alive");
        ConnectProperties properties = ConnectProperties.NONE;
        if (reader.isMqtt5()) {
            properties = properties(reader, propertyReader.read(reader, PropertyHolder.CONNECT));
        }
        String clientIdentifier = readClientIdentifier(reader, cleanStart);
        Will will = (flags & WILL) == 0 ? null : readWill(reader, propertyReader, flags);
        Credentials credentials = readCredentials(reader, flags);
        return new Connect(version, clientIdentifier, cleanStart, keepAliveSeconds, properties, will, credentials);
    }

    private static ProtocolVersion readVersion(WireReader reader) throws PeerViolation {
        String name = reader.readUtf8("Protocol Name");
        int level = reader.readByte("Protocol Version");
        for (ProtocolVersion version : ProtocolVersion.values()) {
            if (version.level() == level && version.protocolName().equals(name)) {
                return version;
            }
        }
        throw reader.violation(
                ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                "protocol '" + name + "' with level " + level + " is not supported; MQTT with level 4 or 5 and MQIsdp"
                        + " with level 3 are",
                "MQTT-3.1.2-2");
    }

    private static void checkFlags(WireReader reader, int flags) throws PeerViolation {
        if ((flags & RESERVED) != 0) {
            throw reader.malformed("the reserved bit of the Connect Flags is 1", "MQTT-3.1.2-3");
        }
        if ((flags & WILL_QOS) == WILL_QOS) {
            throw reader.malformed("the Will QoS is 3", reader.clause("MQTT-3.1.2-12", "MQTT-3.1.2-14"));
        }
        if ((flags & WILL) == 0 && (flags & (WILL_QOS | WILL_RETAIN)) != 0) {
            throw reader.malformed(
                    "Will QoS or Will Retain is set without Will Flag",
                    reader.clause("MQTT-3.1.2-11", "MQTT-3.1.2-13"));
        }
        if (!reader.isMqtt5() && (flags & (USER_NAME | PASSWORD)) == PASSWORD) {
            throw reader.protocolError("there is a Password without a User Name", "MQTT-3.1.2-22");
        }
    }

    private static String readClientIdentifier(WireReader reader, boolean cleanStart) throws PeerViolation {
        String identifier = reader.readUtf8("Client Identifier");
        boolean mayBeEmpty = reader.isMqtt5() || (cleanStart && reader.version() == ProtocolVersion.MQTT_3_1_1);
        if (identifier.isEmpty() && !mayBeEmpty) {
            throw reader.violation(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    "the Client Identifier is empty; it may be only with Clean Session 1 since MQTT 3.1.1",
                    "MQTT-3.1.3-7");
        }
        return identifier;
    }

    private static Will readWill(WireReader reader, PropertyReader propertyReader, int flags) throws PeerViolation {
        MessageProperties properties = MessageProperties.NONE;
        long delaySeconds = 0;
        if (reader.isMqtt5()) {
            PropertyValues values = propertyReader.read(reader, PropertyHolder.WILL);
            properties = MessagePropertiesCodec.read(values);
            delaySeconds = values.integer(Property.WILL_DELAY_INTERVAL, 0);
        }
        TopicName topic = reader.readTopicName("Will Topic");
        Payload payload = reader.readBinary("Will Payload");
        QoS qos = QoS.of((flags & WILL_QOS) >> 3);
        return new Will(new Message(topic, payload, qos, (flags & WILL_RETAIN) != 0, properties), delaySeconds);
    }

    private static @Nullable Credentials readCredentials(WireReader reader, int flags) throws PeerViolation {
        String userName = (flags & USER_NAME) == 0 ? null : reader.readUtf8("User Name");
        Payload password = (flags & PASSWORD) == 0 ? null : reader.readBinary("Password");
        if (userName == null) {
            return password == null ? null : Credentials.ofPassword(password);
        }
        return password == null ? Credentials.ofUserName(userName) : Credentials.of(userName, password);
    }

    private static ConnectProperties properties(WireReader reader, PropertyValues values) throws PeerViolation {
        ConnectProperties absent = ConnectProperties.NONE;
        return new ConnectProperties(
                values.integer(Property.SESSION_EXPIRY_INTERVAL, absent.sessionExpirySeconds()),
                (int) values.integer(Property.RECEIVE_MAXIMUM, absent.receiveMaximum()),
                values.integer(Property.MAXIMUM_PACKET_SIZE, absent.maximumPacketSizeBytes()),
                (int) values.integer(Property.TOPIC_ALIAS_MAXIMUM, absent.topicAliasMaximum()),
                values.flag(Property.REQUEST_RESPONSE_INFORMATION, absent.requestResponseInformation()),
                values.flag(Property.REQUEST_PROBLEM_INFORMATION, absent.requestProblemInformation()),
                AuthCodec.authentication(reader, values),
                values.userProperties());
    }
}
