/**
 * The service provider interface for transports: something that carries bytes to a server and back, on one event loop.
 */
@NullMarked
package dev.aldis.mqtt.spi.transport;

import org.jspecify.annotations.NullMarked;
