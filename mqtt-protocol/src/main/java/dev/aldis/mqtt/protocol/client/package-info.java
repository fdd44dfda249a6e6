/**
 * The client: one event loop that joins engine, store and transport, and a dispatcher that hands messages to the
 * application.
 *
 * <p>Commands enter through {@link dev.aldis.mqtt.protocol.client.CommandQueue} from any thread. One turn of
 * {@link dev.aldis.mqtt.protocol.client.ClientLoop} takes what has arrived, lets the engine work, appends one batch to the
 * store, and writes once. Nothing here locks.
 */
@NullMarked
package dev.aldis.mqtt.protocol.client;

import org.jspecify.annotations.NullMarked;
