package dev.aldis.mqtt.api;

import java.util.List;

/**
 * The server's answer to UNSUBSCRIBE.
 *
 * @param reasonCodes one for each filter, in their order; all {@link ReasonCode#SUCCESS} with 3.1.1 and 3.1
 * @param diagnostics what the server added in words
 */
public record UnsubscribeResult(List<ReasonCode> reasonCodes, Diagnostics diagnostics) {

    /** Makes the list immutable. */
    public UnsubscribeResult {
        reasonCodes = List.copyOf(reasonCodes);
    }

    /**
     * Whether any filter was refused.
     *
     * @return true if a code is an error
     */
    public boolean isError() {
        return reasonCodes.stream().anyMatch(ReasonCode::isError);
    }
}
