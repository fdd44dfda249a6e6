/** The MQTT protocol, below the API and above transports and stores. */
@NullMarked
package dev.aldis.mqtt.protocol;

import org.jspecify.annotations.NullMarked;
