package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.MqttException;

/**
 * How a message ended without an answer from the server.
 *
 * @param message the message
 * @param kind why, in one word
 * @param cause why, in a sentence
 */
record Failure(OutboundMessage message, PublishFailure kind, MqttException cause) {}
