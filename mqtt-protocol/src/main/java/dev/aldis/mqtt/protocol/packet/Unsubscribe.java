package dev.aldis.mqtt.protocol.packet;

import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.api.UserProperty;
import java.util.List;

/**
 * UNSUBSCRIBE (section 3.10).
 *
 * @param packetIdentifier 1 to 65,535
 * @param topicFilters at least one
 * @param userProperties in their order
 */
public record Unsubscribe(int packetIdentifier, List<TopicFilter> topicFilters, List<UserProperty> userProperties)
        implements ControlPacket {

    @Override
    public PacketType type() {
        return PacketType.UNSUBSCRIBE;
    }
}
