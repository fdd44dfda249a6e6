/** The client against real brokers. */
@NullMarked
package dev.aldis.mqtt.brokers;

import org.jspecify.annotations.NullMarked;
