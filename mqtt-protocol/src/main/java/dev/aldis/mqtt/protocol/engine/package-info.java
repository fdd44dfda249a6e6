/**
 * The QoS engine: the session and connection rules of MQTT without any I/O.
 *
 * <p>{@link dev.aldis.mqtt.protocol.engine.Engine} is told what happened ({@code handle…}), what the application wants
 * (plain verbs), and when asked to {@code drain} it says what must be done now. Time comes in as nanoseconds, randomness
 * as a seed, so a run can be repeated.
 *
 * <p>Two lifetimes, two types: {@link dev.aldis.mqtt.protocol.engine.SessionState} outlives a Network Connection,
 * {@link dev.aldis.mqtt.protocol.engine.ConnectionState} does not. What depends on the store waits in
 * {@link dev.aldis.mqtt.protocol.engine.StoreGate}.
 */
@NullMarked
package dev.aldis.mqtt.protocol.engine;

import org.jspecify.annotations.NullMarked;
