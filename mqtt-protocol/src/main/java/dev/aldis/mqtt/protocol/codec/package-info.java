/**
 * The wire format of MQTT 5.0, 3.1.1 and 3.1: bytes to packets and packets to bytes, nothing else. No input or output, no
 * thread, no clock.
 */
@NullMarked
package dev.aldis.mqtt.protocol.codec;

import org.jspecify.annotations.NullMarked;
