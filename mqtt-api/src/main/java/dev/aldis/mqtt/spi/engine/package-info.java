/** How {@code dev.aldis.mqtt.api} finds the client that carries it out. */
@NullMarked
package dev.aldis.mqtt.spi.engine;

import org.jspecify.annotations.NullMarked;
