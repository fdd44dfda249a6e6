/** Moquette as a program for the tests. */
@NullMarked
package dev.aldis.mqtt.broker.moquette;

import org.jspecify.annotations.NullMarked;
