/** Two command-line programs: {@code publish} sends lines as messages, {@code subscribe} prints messages as lines. */
@NullMarked
package dev.aldis.mqtt.examples.cli;

import org.jspecify.annotations.NullMarked;
