package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.Diagnostics;
import dev.aldis.mqtt.api.ReasonCode;

/**
 * Why the application does not take a message.
 *
 * @param reasonCode an error that PUBACK and PUBREC may carry
 * @param diagnostics what is added in words
 */
public record Refusal(ReasonCode reasonCode, Diagnostics diagnostics) {}
