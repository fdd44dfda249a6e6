package dev.aldis.mqtt.campaigns;

import dev.aldis.mqtt.api.ClientEvent;
import dev.aldis.mqtt.api.MqttClient;
import dev.aldis.mqtt.api.MqttClientBuilder;
import dev.aldis.mqtt.api.ReconnectPolicy;
import dev.aldis.mqtt.api.TlsOptions;
import java.nio.file.Path;
import java.time.Duration;

/** What the clients at both ends of a lane have in common. */
public final class LaneClient {

    /** The end that publishes. */
    public static final String PUBLISHER = "pub";

    /** The end that receives. */
    public static final String SUBSCRIBER = "sub";

    /** The file with the authority that is trusted, in the folder of the stores, for servers with TLS. */
    public static final String AUTHORITY = "authority.pem";

    /** Short, so that a link without an answer is found out within a campaign. */
    private static final int KEEP_ALIVE_SECONDS = 3;

    private LaneClient() {}

    /**
     * Describes a client that comes back soon, whatever happens to it.
     *
     * @param server where to connect to
     * @param lane which one
     * @param end of the lane
     * @param folder of the stores
     * @param report hears what must not happen
     * @return to be completed
     */
    public static MqttClientBuilder builder(String server, Lane lane, String end, Path folder, Report report) {
        MqttClientBuilder builder = MqttClient.builder()
                .server(server)
                .keepAliveSeconds(KEEP_ALIVE_SECONDS)
                .protocolVersion(lane.version())
                .clientIdentifier(lane.clientIdentifier(end))
                .persistence(lane.storeUri(folder, end))
                .reconnect(ReconnectPolicy.DEFAULT
                        .withDelays(Duration.ofMillis(20), Duration.ofMillis(200))
                        .withRetryFirstConnect(true))
                .listener(event -> watch(event, lane, report));
        return server.startsWith("mqtts:")
                ? builder.tls(TlsOptions.DEFAULT.withTrustedCertificates(folder.resolve(AUTHORITY)))
                : builder;
    }

    private static void watch(ClientEvent event, Lane lane, Report report) {
        if (event instanceof ClientEvent.Stopped
                || event instanceof ClientEvent.StoreFailed
                || event instanceof ClientEvent.StoreDamaged
                || event instanceof ClientEvent.SessionLost
                || event instanceof ClientEvent.HandlerFailed) {
            report.line("failed", lane, event);
        }
    }
}
