/**
 * The whole chain, each step of which may be killed at any time: the lines of a file, a store, QoS 2, another store, a table
 * of the application's own database. At the end the table is the file.
 */
@NullMarked
package dev.aldis.mqtt.examples.chain;

import org.jspecify.annotations.NullMarked;
