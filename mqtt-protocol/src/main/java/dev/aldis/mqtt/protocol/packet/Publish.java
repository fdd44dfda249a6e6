package dev.aldis.mqtt.protocol.packet;

import dev.aldis.mqtt.api.Message;
import java.util.List;

/**
 * PUBLISH (section 3.3). A decoded one has its full topic: the decoder resolves Topic Aliases.
 *
 * @param message topic, payload, QoS, retain flag, properties
 * @param packetIdentifier 1 to 65,535; 0 for QoS 0
 * @param duplicate the DUP flag
 * @param topicAlias 1 to 65,535; 0 if absent
 * @param subscriptionIdentifiers in their order; empty from a client
 */
public record Publish(
        Message message, int packetIdentifier, boolean duplicate, int topicAlias, List<Integer> subscriptionIdentifiers)
        implements ControlPacket {

    @Override
    public PacketType type() {
        return PacketType.PUBLISH;
    }
}
