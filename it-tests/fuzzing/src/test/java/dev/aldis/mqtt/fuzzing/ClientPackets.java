package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.Credentials;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.RetainHandling;
import dev.aldis.mqtt.api.Subscription;
import dev.aldis.mqtt.api.TopicFilter;
import dev.aldis.mqtt.api.Will;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ConnectProperties;
import dev.aldis.mqtt.protocol.packet.ControlPacket;
import dev.aldis.mqtt.protocol.packet.PingReq;
import dev.aldis.mqtt.protocol.packet.Subscribe;
import dev.aldis.mqtt.protocol.packet.Unsubscribe;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Packets of a client. */
final class ClientPackets extends PacketMaker {

    private static final int COMMON = 8;
    private static final List<String> FILTERS = List.of("#", "a/+", "$share/g/a", "a/b", "+");

    private final ProtocolVersion version;

    ClientPackets(Input in, ProtocolVersion version) {
        super(in, version);
        this.version = version;
    }

    ControlPacket next() {
        int kind = in.below(COMMON + 4);
        return switch (kind - COMMON) {
            case 0 -> connect();
            case 1 ->
                new Subscribe(
                        identifier(),
                        in.list(0, 3, this::subscription),
                        in.chance(3) ? (int) in.nextUnsignedInt() : 0,
                        userProperties());
            case 2 -> new Unsubscribe(identifier(), in.list(0, 3, this::filter), userProperties());
            case 3 -> PingReq.INSTANCE;
            default -> common(kind);
        };
    }

    private Connect connect() {
        return new Connect(
                version,
                in.text(8),
                in.chance(2),
                in.nextShort(),
                mqtt5 && in.chance(2) ? connectProperties() : ConnectProperties.NONE,
                in.chance(2) ? new Will(message(), in.chance(2) ? in.nextUnsignedInt() : 0) : null,
                credentials());
    }

    private ConnectProperties connectProperties() {
        return new ConnectProperties(
                in.nextUnsignedInt(),
                in.nextShort(),
                in.nextUnsignedInt(),
                in.nextShort(),
                in.chance(2),
                in.chance(2),
                in.chance(2) ? authentication() : null,
                userProperties());
    }

    private @Nullable Credentials credentials() {
        return switch (in.below(5)) {
            case 1 -> Credentials.ofUserName(in.text(6));
            case 2 -> Credentials.ofPassword(Payload.wrap(in.bytes(in.below(8))));
            case 3 -> Credentials.of(in.text(6), Payload.wrap(in.bytes(in.below(8))));
            default -> null;
        };
    }

    /** What an application can subscribe to. */
    Subscription subscription() {
        try {
            Subscription subscription = Subscription.of(filter().text(), QoS.of(in.below(3)));
            return in.chance(3)
                    ? subscription
                            .withNoLocal(in.chance(2))
                            .withRetainAsPublished(in.chance(2))
                            .withRetainHandling(in.oneOf(List.of(RetainHandling.values())))
                    : subscription;
        } catch (IllegalArgumentException refused) {
            return Subscription.of("refused", QoS.AT_MOST_ONCE);
        }
    }

    TopicFilter filter() {
        try {
            return TopicFilter.of(in.chance(4) ? in.text(10) : in.oneOf(FILTERS));
        } catch (IllegalArgumentException refused) {
            return TopicFilter.of("refused");
        }
    }
}
