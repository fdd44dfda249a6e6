/** The options of a program: declared, read from its arguments, explained in its help. */
@NullMarked
package dev.aldis.mqtt.examples.options;

import org.jspecify.annotations.NullMarked;
