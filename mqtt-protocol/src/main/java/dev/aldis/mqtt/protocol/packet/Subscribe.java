package dev.aldis.mqtt.protocol.packet;

import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.api.UserProperty;
import java.util.List;

/**
 * SUBSCRIBE (section 3.8).
 *
 * @param packetIdentifier 1 to 65,535
 * @param subscriptions at least one
 * @param subscriptionIdentifier 1 to 268,435,455; 0 if absent
 * @param userProperties in their order
 */
public record Subscribe(
        int packetIdentifier,
        List<Subscription> subscriptions,
        int subscriptionIdentifier,
        List<UserProperty> userProperties)
        implements ControlPacket {

    @Override
    public PacketType type() {
        return PacketType.SUBSCRIBE;
    }
}
