package dev.aldis.mqtt.api;

/**
 * The server's acceptance of a connection.
 *
 * @param sessionPresent whether the server has resumed a session that it had kept; false also where an earlier process
 *     ended while it connected, so that nobody knows which session that is: subscribe again then
 * @param negotiated what was agreed on
 * @param diagnostics what the server added in words
 */
public record ConnectResult(boolean sessionPresent, Negotiated negotiated, Diagnostics diagnostics) {}
