package dev.aldis.mqtt.api;

import java.util.Objects;

/**
 * What the server said of a published message. A refusal by the server is a result too, not an exception.
 *
 * @param reasonCode of PUBACK, PUBREC or PUBCOMP; {@link ReasonCode#SUCCESS} for QoS 0 and for 3.1.1 and 3.1
 * @param diagnostics what the server added in words
 */
public record PublishResult(ReasonCode reasonCode, Diagnostics diagnostics) {

    /** The usual result. */
    public static final PublishResult SUCCESS = new PublishResult(ReasonCode.SUCCESS, Diagnostics.NONE);

    /** Checks that nothing is null. */
    public PublishResult {
        Objects.requireNonNull(reasonCode);
        Objects.requireNonNull(diagnostics);
    }

    /**
     * Whether the server refused the message; it is not sent again then {@code [MQTT-4.4.0-2]}.
     *
     * @return true for a code from 0x80 on
     */
    public boolean isError() {
        return reasonCode.isError();
    }
}
