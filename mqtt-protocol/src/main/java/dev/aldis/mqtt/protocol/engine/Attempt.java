package dev.aldis.mqtt.protocol.engine;

import dev.aldis.mqtt.api.ProtocolVersion;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect.
 *
 * @param number 1 for the first since the last stable connection
 * @param server which of the configured servers, from 0
 * @param reference the Server Reference of the server that was followed to another one; null for the configured server
 * @param version what CONNECT names
 */
public record Attempt(int number, int server, @Nullable String reference, ProtocolVersion version) {}
