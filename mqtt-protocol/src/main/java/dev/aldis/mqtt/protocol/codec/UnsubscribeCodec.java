package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.api.UserProperty;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.util.ArrayList;
import java.util.List;

/** UNSUBSCRIBE (section 3.10). */
final class UnsubscribeCodec {

    private UnsubscribeCodec() {}

    static Unsubscribe read(WireReader reader, PropertyReader propertyReader) throws PeerViolation {
        int identifier = reader.readPacketIdentifier();
        List<UserProperty> userProperties = reader.isMqtt5()
                ? propertyReader.read(reader, PropertyHolder.UNSUBSCRIBE).userProperties()
                : List.of();
        List<TopicFilter> filters = new ArrayList<>();
        while (reader.remaining() > 0) {
            filters.add(SubscribeCodec.readFilter(reader));
        }
        if (filters.isEmpty()) {
            throw reader.protocolError("there is no Topic Filter", "MQTT-3.10.3-2");
        }
        return new Unsubscribe(identifier, List.copyOf(filters), userProperties);
    }

    static void write(Unsubscribe packet, boolean mqtt5, WireBuffer out) {
        if (packet.topicFilters().isEmpty()) {
            throw new IllegalArgumentException("UNSUBSCRIBE needs at least one Topic Filter [MQTT-3.10.3-2]");
        }
        out.putShort(PacketIdentifiers.check(packet.packetIdentifier()));
        if (mqtt5) {
            int begin = out.beginLength();
            PropertyWriter.putUserProperties(out, packet.userProperties());
            out.endLength(begin);
        }
        for (TopicFilter filter : packet.topicFilters()) {
            out.putUtf8("Topic Filter", filter.text());
        }
    }
}
