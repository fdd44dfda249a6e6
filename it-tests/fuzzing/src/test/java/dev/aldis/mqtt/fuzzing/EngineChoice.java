package dev.aldis.mqtt.fuzzing;

import dev.aldis.mqtt.api.ClientLimits;
import dev.aldis.mqtt.api.LostSessionPolicy;
import dev.aldis.mqtt.api.OfflineQos0;
import dev.aldis.mqtt.api.OverflowPolicy;
import dev.aldis.mqtt.api.Payload;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QueuePolicy;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.protocol.engine.AttemptSettings;
import dev.aldis.mqtt.protocol.engine.EngineSettings;
import dev.aldis.mqtt.protocol.engine.Receipts;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ConnectProperties;
import java.time.Duration;
import java.util.List;

/** Which engine an input asks for; everything in it is small, so that limits are met. */
final class EngineChoice {

    private static final List<ProtocolVersion> VERSIONS =
            List.of(ProtocolVersion.MQTT_5, ProtocolVersion.MQTT_3_1_1, ProtocolVersion.MQTT_3_1);

    private EngineChoice() {}

    static EngineSettings of(Input in) {
        return of(in, in.oneOf(VERSIONS), !in.chance(4));
    }

    static EngineSettings of(Input in, ProtocolVersion version, boolean journal) {
        boolean mqtt5 = version == ProtocolVersion.MQTT_5;
        int window = 1 + in.below(4);
        ConnectProperties properties = new ConnectProperties(
                in.chance(4) ? 0 : 3_600,
                window,
                0xFFFF_FFFFL,
                4,
                false,
                !in.chance(4),
                mqtt5 && in.chance(4) ? new AuthenticationExchange("m", Payload.EMPTY) : null,
                List.of());
        Connect connect = new Connect(
                version,
                "c",
                in.chance(4),
                in.chance(3) ? 10 : 0,
                mqtt5 ? properties : ConnectProperties.NONE,
                null,
                null);
        ClientLimits limits = ClientLimits.DEFAULT
                .withReceiveMaximum(window)
                .withMaximumInFlight(in.below(4))
                .withMaximumQueued(1 + in.below(6), 1 + in.nextShort());
        AttemptSettings attempts = new AttemptSettings(
                ReconnectPolicy.DEFAULT.withRetryFirstConnect(in.chance(2)),
                1 + in.below(2),
                in.chance(4) ? VERSIONS : List.of(version),
                in.below(2),
                in.chance(3));
        return new EngineSettings(
                connect,
                limits,
                Duration.ofSeconds(10),
                attempts,
                in.oneOf(List.of(LostSessionPolicy.values())),
                mqtt5 && in.chance(2) ? Receipts.WHEN_DECIDED : Receipts.WHEN_STORED,
                new QueuePolicy(
                        in.oneOf(List.of(OverflowPolicy.values())),
                        in.oneOf(List.of(OfflineQos0.values())),
                        Duration.ofSeconds(in.chance(3) ? 5 : 0)),
                journal,
                in.next());
    }
}
