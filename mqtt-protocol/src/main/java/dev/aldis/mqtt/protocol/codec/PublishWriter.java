package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.protocol.packet.PacketType;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.util.List;

/**
 * Writes PUBLISH (section 3.3). The size is computed first, so that a large payload is moved once and nothing is
 * allocated.
 *
 * <p>An alias is one number here: 0 for none, positive to go with the Topic Name, negative to stand for it.
 */
final class PublishWriter {

    private static final int DUPLICATE = 8;
    private static final int RETAIN = 1;

    private final boolean mqtt5;

    PublishWriter(boolean mqtt5) {
        this.mqtt5 = mqtt5;
    }

    void write(Message message, int identifier, boolean duplicate, int alias, WireBuffer out) {
        check(message, identifier, duplicate, alias);
        writeStart(message, duplicate, alias, List.of(), out);
        writeRest(message, identifier, alias, List.of(), out);
    }

    void write(Publish packet, WireBuffer out) {
        Message message = packet.message();
        List<Integer> subscriptions = packet.subscriptionIdentifiers();
        check(message, packet.packetIdentifier(), packet.duplicate(), packet.topicAlias());
        writeStart(message, packet.duplicate(), packet.topicAlias(), subscriptions, out);
        writeRest(message, packet.packetIdentifier(), packet.topicAlias(), subscriptions, out);
    }

    /** The size of the whole packet. */
    long sizeBytes(Message message, int alias, List<Integer> subscriptions) {
        long remaining = remainingLength(message, alias, subscriptions);
        return 1 + VariableByteInteger.sizeBytes((int) Math.min(remaining, VariableByteInteger.MAXIMUM)) + remaining;
    }

    private void check(Message message, int identifier, boolean duplicate, int alias) {
        boolean acknowledged = message.qos() != QoS.AT_MOST_ONCE;
        if (acknowledged) {
            PacketIdentifiers.check(identifier);
        } else if (identifier != 0) {
            throw new IllegalArgumentException(
                    "A PUBLISH with QoS 0 has no Packet Identifier, not " + identifier + ": use 0 [MQTT-2.2.1-2]");
        }
        if (duplicate && !acknowledged) {
            throw new IllegalArgumentException("A PUBLISH with QoS 0 is never a duplicate [MQTT-3.3.1-2]");
        }
        if (alias != 0 && (!mqtt5 || alias > 65_535 || alias < -65_535)) {
            throw new IllegalArgumentException("Topic Alias " + Math.abs(alias)
                    + (mqtt5 ? " is out of range: use 1 to 65535 [MQTT-3.3.2-8]" : " needs MQTT 5.0"));
        }
    }

    /** Fixed header and topic. */
    private void writeStart(
            Message message, boolean duplicate, int alias, List<Integer> subscriptions, WireBuffer out) {
        long remaining = remainingLength(message, alias, subscriptions);
        if (remaining > VariableByteInteger.MAXIMUM) {
            throw new IllegalArgumentException("PUBLISH to '" + message.topic() + "' takes " + remaining
                    + " bytes after its fixed header; at most " + VariableByteInteger.MAXIMUM
                    + " can be written, so that the largest packet has " + ClientLimits.LARGEST_PACKET_BYTES
                    + ": send a shorter payload");
        }
        int flags = (duplicate ? DUPLICATE : 0) | message.qos().level() << 1 | (message.retain() ? RETAIN : 0);
        out.ensure(5 + (int) remaining);
        out.putByte(PacketType.PUBLISH.value() << 4 | flags);
        out.putVariableByteInteger((int) remaining);
        if (alias < 0) {
            out.putShort(0);
        } else {
            out.putTopic(message.topic());
        }
    }

    private void writeRest(Message message, int identifier, int alias, List<Integer> subscriptions, WireBuffer out) {
        if (message.qos() != QoS.AT_MOST_ONCE) {
            out.putShort(identifier);
        }
        if (mqtt5) {
            writeProperties(message.properties(), alias, subscriptions, out);
        }
        out.putBytes(message.payload());
    }

    private void writeProperties(MessageProperties properties, int alias, List<Integer> subscriptions, WireBuffer out) {
        int size = (int) propertiesSize(properties, alias, subscriptions);
        out.putVariableByteInteger(size);
        if (size == 0) {
            return;
        }
        MessagePropertiesCodec.writeFirst(properties, out);
        if (alias != 0) {
            PropertyWriter.putInteger(out, Property.TOPIC_ALIAS, Math.abs(alias));
        }
        MessagePropertiesCodec.writeMiddle(properties, out);
        for (int i = 0; i < subscriptions.size(); i++) {
            PropertyWriter.putInteger(out, Property.SUBSCRIPTION_IDENTIFIER, subscriptions.get(i));
        }
        MessagePropertiesCodec.writeContentType(properties, out);
    }

    private long remainingLength(Message message, int alias, List<Integer> subscriptions) {
        long length = 2L + (alias < 0 ? 0 : message.topic().sizeBytes());
        length += message.qos() == QoS.AT_MOST_ONCE ? 0 : 2;
        if (mqtt5) {
            long properties = propertiesSize(message.properties(), alias, subscriptions);
            length += VariableByteInteger.sizeBytes((int) Math.min(properties, VariableByteInteger.MAXIMUM));
            length += properties;
        }
        return length + message.payload().sizeBytes();
    }

    private static long propertiesSize(MessageProperties properties, int alias, List<Integer> subscriptions) {
        long size = MessagePropertiesCodec.sizeBytes(properties) + (alias == 0 ? 0 : 3);
        for (int i = 0; i < subscriptions.size(); i++) {
            size += 1 + VariableByteInteger.sizeBytes(subscriptions.get(i));
        }
        return size;
    }
}
