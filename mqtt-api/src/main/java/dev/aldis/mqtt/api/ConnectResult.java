package dev.aldis.mqtt.api;

/**
 * The server's acceptance of a connection.
 *
 * @param sessionPresent whether the server has resumed a session that it had kept
 * @param negotiated what was agreed on
 * @param diagnostics what the server added in words
 */
public record ConnectResult(boolean sessionPresent, Negotiated negotiated, Diagnostics diagnostics) {}
