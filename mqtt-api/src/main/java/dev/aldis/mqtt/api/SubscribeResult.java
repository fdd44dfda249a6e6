package dev.aldis.mqtt.api;

import java.util.List;

/**
 * The server's answer to SUBSCRIBE.
 *
 * @param reasonCodes one for each subscription, in their order: the granted QoS or an error
 * @param diagnostics what the server added in words
 */
public record SubscribeResult(List<ReasonCode> reasonCodes, Diagnostics diagnostics) {

    /** Makes the list immutable. */
    public SubscribeResult {
        reasonCodes = List.copyOf(reasonCodes);
    }

    /**
     * Whether any subscription was refused.
     *
     * @return true if a code is an error
     */
    public boolean isError() {
        return reasonCodes.stream().anyMatch(ReasonCode::isError);
    }
}
