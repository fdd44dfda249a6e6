package dev.aldis.mqtt.protocol.packet;

import dev.aldis.mqtt.api.UserProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties of CONNECT (section 3.1.2.11).
 *
 * @param sessionExpirySeconds 0 if absent
 * @param receiveMaximum 65,535 if absent
 * @param maximumPacketSizeBytes 4,294,967,295 if absent
 * @param topicAliasMaximum 0 if absent
 * @param requestResponseInformation false if absent
 * @param requestProblemInformation true if absent
 * @param authentication enhanced authentication
 * @param userProperties in their order
 */
public record ConnectProperties(
        long sessionExpirySeconds,
        int receiveMaximum,
        long maximumPacketSizeBytes,
        int topicAliasMaximum,
        boolean requestResponseInformation,
        boolean requestProblemInformation,
        @Nullable AuthenticationExchange authentication,
        List<UserProperty> userProperties) {

    /** All values absent. */
    public static final ConnectProperties NONE =
            new ConnectProperties(0, 65_535, 0xFFFF_FFFFL, 0, false, true, null, List.of());
}
