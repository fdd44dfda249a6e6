package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.Message;
import dev.aldis.mqtt.api.MessageProperties;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.TopicName;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.Publish;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads PUBLISH (section 3.3); {@link PublishWriter} writes it. */
final class PublishReader {

    private PublishReader() {}

    static Publish read(WireReader reader, int flags, PropertyReader propertyReader, TopicAliases aliases, Role sender)
            throws PeerViolation {
        TopicName topic = reader.skipEmpty("Topic Name") ? null : reader.readTopicName("Topic Name");
        QoS qos = QoS.of(flags >> 1 & 3);
        int identifier = qos == QoS.AT_MOST_ONCE ? 0 : reader.readPacketIdentifier();
        MessageProperties properties = MessageProperties.NONE;
        List<Integer> subscriptionIdentifiers = List.of();
        int alias = 0;
        if (reader.isMqtt5()) {
            PropertyValues values = propertyReader.read(reader, PropertyHolder.PUBLISH);
            properties = MessagePropertiesCodec.read(values);
            subscriptionIdentifiers = values.subscriptionIdentifiers();
            if (sender == Role.CLIENT && !subscriptionIdentifiers.isEmpty()) {
                throw reader.protocolError("a client sent a Subscription Identifier", "MQTT-3.3.4-6");
            }
            if (values.has(Property.TOPIC_ALIAS)) {
                alias = (int) values.integer(Property.TOPIC_ALIAS, 0);
                topic = aliases.resolve(reader, alias, topic);
            }
        }
        Message message =
                new Message(requireTopic(reader, topic), reader.readRest(), qos, (flags & 1) != 0, properties);
        return new Publish(message, identifier, (flags & 8) != 0, alias, subscriptionIdentifiers);
    }

    private static TopicName requireTopic(WireReader reader, @Nullable TopicName topic) throws PeerViolation {
        if (topic == null) {
            throw reader.protocolError(
                    reader.isMqtt5()
                            ? "the Topic Name is empty and there is no Topic Alias"
                            : "the Topic Name is empty",
                    reader.clause("section 3.3.2.1", "MQTT-4.7.3-1"));
        }
        return topic;
    }
}
