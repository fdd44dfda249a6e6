/** A method of enhanced authentication, complete. */
@NullMarked
package dev.aldis.mqtt.examples.scram;

import org.jspecify.annotations.NullMarked;
