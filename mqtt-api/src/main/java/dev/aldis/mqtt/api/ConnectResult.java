package dev.aldis.mqtt.api;

/**
 * The server's acceptance of a connection.
 *
 * @param sessionPresent whether the server has resumed a session that it had kept. That does not say that it has the
 *     subscriptions of an earlier process, which may have ended before it made them: subscribe once after each start
 * @param negotiated what was agreed on
 * @param diagnostics what the server added in words
 */
public record ConnectResult(boolean sessionPresent, Negotiated negotiated, Diagnostics diagnostics) {}
