/** The WebSocket transport; it provides nothing yet. */
@NullMarked
package dev.aldis.mqtt.transport.websocket;

import org.jspecify.annotations.NullMarked;
