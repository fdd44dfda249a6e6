/** The ways in which an application can take messages. */
@NullMarked
package dev.aldis.mqtt.examples.receiving;

import org.jspecify.annotations.NullMarked;
