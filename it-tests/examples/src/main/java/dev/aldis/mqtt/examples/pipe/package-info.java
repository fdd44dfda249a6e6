/** A transport of one's own: connections inside of one process, without a network. */
@NullMarked
package dev.aldis.mqtt.examples.pipe;

import org.jspecify.annotations.NullMarked;
