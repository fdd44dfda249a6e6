package dev.aldis.mqtt.api;

import java.util.Optional;

/**
 * What client and server have agreed on for one connection; the defaults of the standard where the server said nothing.
 *
 * @param protocolVersion the version spoken
 * @param clientIdentifier the one in use, assigned by the server if the client had none; empty if the server did not say
 * @param sessionExpirySeconds how long the server keeps the session after the connection; 4,294,967,295 is for ever
 * @param keepAliveSeconds the Keep Alive in force; 0 is off
 * @param server what the server can do
 * @param responseInformation where the server wants responses to requests to go, if it said so
 */
public record Negotiated(
        ProtocolVersion protocolVersion,
        String clientIdentifier,
        long sessionExpirySeconds,
        int keepAliveSeconds,
        ServerLimits server,
        Optional<String> responseInformation) {

    /** All of it in one line, control characters in what the server said as <code>&#92;u000a</code>. */
    @Override
    public String toString() {
        return OneLine.of("Negotiated[protocolVersion=" + protocolVersion + ", clientIdentifier=" + clientIdentifier
                + ", sessionExpirySeconds=" + sessionExpirySeconds + ", keepAliveSeconds=" + keepAliveSeconds
                + ", server="
                + server + ", responseInformation=" + responseInformation + "]");
    }
}
