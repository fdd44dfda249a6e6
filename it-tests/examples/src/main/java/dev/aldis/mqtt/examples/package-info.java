/** Programs that show the library at work. */
@NullMarked
package dev.aldis.mqtt.examples;

import org.jspecify.annotations.NullMarked;
