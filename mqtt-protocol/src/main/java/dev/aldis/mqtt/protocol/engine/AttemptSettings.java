package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.ReconnectPolicy;
import java.util.List;

/**
 * What attempts to connect there are.
 *
 * @param reconnect when a lost connection is made again
 * @param servers how many servers were configured, 1 or more
 * @param versions in the order in which they are tried
 * @param maximumRedirects how many references to another server are followed in a row
 * @param freshOptions whether credentials may be others at the next attempt, so that a refusal of them may pass
 */
public record AttemptSettings(
        ReconnectPolicy reconnect,
        int servers,
        List<ProtocolVersion> versions,
        int maximumRedirects,
        boolean freshOptions) {

    /** One server, one version. */
    public static AttemptSettings of(ReconnectPolicy reconnect, ProtocolVersion version) {
        return new AttemptSettings(reconnect, 1, List.of(version), 0, false);
    }
}
