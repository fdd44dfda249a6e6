/** The shortest program. */
@NullMarked
package dev.aldis.mqtt.examples.hello;

import org.jspecify.annotations.NullMarked;
