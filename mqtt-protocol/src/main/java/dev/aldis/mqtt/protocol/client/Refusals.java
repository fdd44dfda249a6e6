package dev.aldis.mqtt.protocol.client;

import dev.aldis.mqtt.api.ClientConfiguration;
import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.MqttException;
import dev.aldis.mqtt.api.ProtocolVersion;
import dev.aldis.mqtt.api.QoS;
import dev.aldis.mqtt.api.ReasonCode;
import dev.aldis.mqtt.protocol.engine.Refusal;
import java.util.EnumSet;
import java.util.Set;

/** Whether and how a client can refuse messages. */
final class Refusals {

    /** For a message that no handler is for. */
    static final Refusal UNMATCHED = new Refusal(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, Diagnostics.NONE);

    /** What PUBACK and PUBREC of a client may say (sections 3.4.2.1 and 3.5.2.1). */
    private static final Set<ReasonCode> CODES = EnumSet.of(
            ReasonCode.UNSPECIFIED_ERROR,
            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            ReasonCode.NOT_AUTHORIZED,
            ReasonCode.TOPIC_NAME_INVALID,
            ReasonCode.PACKET_IDENTIFIER_IN_USE,
            ReasonCode.QUOTA_EXCEEDED,
            ReasonCode.PAYLOAD_FORMAT_INVALID);

    private final ClientStatus status;
    private final ProtocolVersion firstVersion;
    private final boolean receiptsWait;

    Refusals(ClientConfiguration configuration, ClientStatus status) {
        this.status = status;
        this.firstVersion = configuration.protocolVersion();
        this.receiptsWait = configuration.receiptsWait();
    }

    /** What the application asks for, if it can be done. */
    Refusal checked(QoS qos, ReasonCode code, Diagnostics diagnostics) {
        if (!CODES.contains(code)) {
            throw new IllegalArgumentException("Reason Code " + code + " cannot refuse a message: use one of " + CODES);
        }
        ProtocolVersion version = status.protocolVersion().orElse(firstVersion);
        if (version != ProtocolVersion.MQTT_5) {
            throw new UnsupportedOperationException("A message cannot be refused with " + code + ": " + version
                    + " has no Reason Codes. Acknowledge the message, or connect with MQTT_5");
        }
        if (qos == QoS.EXACTLY_ONCE && !receiptsWait) {
            throw new IllegalStateException("A QoS 2 message cannot be refused with " + code
                    + " after PUBREC, which left when the message was stored: set"
                    + " receive(ReceiveOptions.DEFAULT.withRefusal(true)) on the builder");
        }
        return new Refusal(code, diagnostics);
    }

    /** The refusal that a handler's failure stands for. */
    static Refusal because(Throwable failure) {
        ReasonCode code = failure instanceof MqttException exception
                ? exception.reasonCode().filter(CODES::contains).orElse(ReasonCode.UNSPECIFIED_ERROR)
                : ReasonCode.UNSPECIFIED_ERROR;
        return new Refusal(code, Diagnostics.NONE);
    }
}
