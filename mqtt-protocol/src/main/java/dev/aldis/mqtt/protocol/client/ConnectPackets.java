package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientConfiguration;
import dev.aldis.mqtt.api.ConnectOptions;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.protocol.packet.AuthenticationExchange;
import dev.aldis.mqtt.protocol.packet.Connect;
import dev.aldis.mqtt.protocol.packet.ConnectProperties;
import org.jspecify.annotations.Nullable;

/** Makes CONNECT of what the builder was given and what the attempt brings. */
final class ConnectPackets {

    private ConnectPackets() {}

    /** What the builder was given, for those who may say something else. */
    static ConnectOptions configured(ClientConfiguration configuration) {
        return new ConnectOptions(
                configuration.credentials(), configuration.will(), configuration.connectUserProperties());
    }

    /**
     * A CONNECT.
     *
     * @throws IllegalStateException if an option needs MQTT 5.0 and this is an earlier version
     */
    static Connect of(
            ClientConfiguration configuration,
            ConnectOptions options,
            ProtocolVersion version,
            @Nullable AuthenticationExchange authentication) {
        configuration.checkOptions(options, version);
        ConnectProperties properties = new ConnectProperties(
                configuration.sessionExpirySeconds(),
                configuration.limits().effectiveReceiveMaximum(),
                configuration.limits().maximumPacketSizeBytes(),
                configuration.topicAliasesFromServer(),
                true, // Costs two bytes, and tells where responses to requests may go.
                true,
                authentication,
                options.userProperties());
        return new Connect(
                version,
                configuration.clientIdentifier(),
                configuration.cleanStart(),
                configuration.keepAliveSeconds(),
                properties,
                options.will().orElse(null),
                options.credentials().orElse(null));
    }
}
