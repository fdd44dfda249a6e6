package dev.aldis.mqtt.protocol.codec;

import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.RetainHandling;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.api.UserProperty;
import dev.aldis.mqtt.protocol.packet.PeerViolation;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import java.util.ArrayList;
import java.util.List;

/** SUBSCRIBE (section 3.8). */
final class SubscribeCodec {

    private static final RetainHandling[] HANDLINGS = {
        RetainHandling.SEND, RetainHandling.SEND_IF_NEW, RetainHandling.DO_NOT_SEND
    };

    private static final int QOS = 0x03;
    private static final int NO_LOCAL = 0x04;
    private static final int RETAIN_AS_PUBLISHED = 0x08;

    private SubscribeCodec() {}

    static Subscribe read(WireReader reader, PropertyReader propertyReader) throws PeerViolation {
        int identifier = reader.readPacketIdentifier();
        int subscriptionIdentifier = 0;
        List<UserProperty> userProperties = List.of();
        if (reader.isMqtt5()) {
            PropertyValues values = propertyReader.read(reader, PropertyHolder.SUBSCRIBE);
            subscriptionIdentifier = (int) values.integer(Property.SUBSCRIPTION_IDENTIFIER, 0);
            userProperties = values.userProperties();
        }
        List<Subscription> subscriptions = new ArrayList<>();
        while (reader.remaining() > 0) {
            subscriptions.add(readSubscription(reader));
        }
        if (subscriptions.isEmpty()) {
            throw reader.protocolError("there is no Topic Filter", reader.clause("MQTT-3.8.3-2", "MQTT-3.8.3-3"));
        }
        return new Subscribe(identifier, List.copyOf(subscriptions), subscriptionIdentifier, userProperties);
    }

    private static Subscription readSubscription(WireReader reader) throws PeerViolation {
        TopicFilter filter = readFilter(reader);
        int options = reader.readByte("Subscription Options");
        int reserved = reader.isMqtt5() ? 0xC0 : 0xFC;
        if ((options & reserved) != 0) {
            throw reader.malformed(
                    "the reserved bits of the Subscription Options 0x" + WireReader.hex(options) + " are not 0",
                    reader.clause("MQTT-3.8.3-5", "MQTT-3.8.3-4"));
        }
        if ((options & QOS) == 3) {
            throw reader.isMqtt5()
                    ? reader.protocolError("the Maximum QoS is 3", "section 3.8.3.1")
                    : reader.malformed("the requested QoS is 3", "MQTT-3.8.3-4");
        }
        if (options >> 4 == 3) {
            throw reader.protocolError("the Retain Handling is 3", "section 3.8.3.1");
        }
        boolean noLocal = (options & NO_LOCAL) != 0;
        if (noLocal && filter.isShared()) {
            throw reader.protocolError("the shared subscription '" + filter + "' has No Local", "MQTT-3.8.3-4");
        }
        boolean retainAsPublished = (options & RETAIN_AS_PUBLISHED) != 0;
        return new Subscription(filter, QoS.of(options & QOS), noLocal, retainAsPublished, HANDLINGS[options >> 4]);
    }

    /** A Topic Filter that keeps the rules of section 4.7. */
    static TopicFilter readFilter(WireReader reader) throws PeerViolation {
        String text = reader.readUtf8("Topic Filter");
        try {
            return TopicFilter.of(text);
        } catch (IllegalArgumentException invalid) {
            throw reader.protocolError("the Topic Filter is not valid: " + invalid.getMessage(), "section 4.7");
        }
    }

    static void write(Subscribe packet, boolean mqtt5, WireBuffer out) {
        if (packet.subscriptions().isEmpty()) {
            throw new IllegalArgumentException("SUBSCRIBE needs at least one Topic Filter [MQTT-3.8.3-2]");
        }
        out.putShort(PacketIdentifiers.check(packet.packetIdentifier()));
        if (mqtt5) {
            int begin = out.beginLength();
            PropertyWriter.putUnless(out, Property.SUBSCRIPTION_IDENTIFIER, 0, packet.subscriptionIdentifier());
            PropertyWriter.putUserProperties(out, packet.userProperties());
            out.endLength(begin);
        }
        for (Subscription subscription : packet.subscriptions()) {
            out.putUtf8("Topic Filter", subscription.topicFilter().text());
            out.putByte(options(subscription, mqtt5));
        }
    }

    private static int options(Subscription subscription, boolean mqtt5) {
        int qos = subscription.maximumQos().level();
        if (!mqtt5) {
            return qos;
        }
        return qos
                | (subscription.noLocal() ? NO_LOCAL : 0)
                | (subscription.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0)
                | retainHandling(subscription.retainHandling()) << 4;
    }

    private static int retainHandling(RetainHandling handling) {
        return switch (handling) {
            case SEND -> 0;
            case SEND_IF_NEW -> 1;
            case DO_NOT_SEND -> 2;
        };
    }
}
