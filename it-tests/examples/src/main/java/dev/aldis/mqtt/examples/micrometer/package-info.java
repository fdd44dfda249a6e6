/** The numbers of a client in Micrometer. */
@NullMarked
package dev.aldis.mqtt.examples.micrometer;

import org.jspecify.annotations.NullMarked;
