package dev.aldis.mqtt.protocol.packet;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ServerLimits;
import org.jspecify.annotations.Nullable;

/**
 * The properties of CONNACK (section 3.2.2.3).
 *
 * @param sessionExpirySeconds -1 if absent
 * @param serverKeepAliveSeconds -1 if absent
 * @param assignedClientIdentifier null if absent
 * @param limits the defaults of the standard where absent
 * @param responseInformation null if absent
 * @param serverReference null if absent
 * @param authentication null if absent
 * @param diagnostics Reason String and User Properties
 */
public record ConnAckProperties(
        long sessionExpirySeconds,
        int serverKeepAliveSeconds,
        @Nullable String assignedClientIdentifier,
        ServerLimits limits,
        @Nullable String responseInformation,
        @Nullable String serverReference,
        @Nullable AuthenticationExchange authentication,
        Diagnostics diagnostics) {

    /** All values absent. */
    public static final ConnAckProperties NONE =
            new ConnAckProperties(-1, -1, null, ServerLimits.NONE, null, null, null, Diagnostics.NONE);
}
