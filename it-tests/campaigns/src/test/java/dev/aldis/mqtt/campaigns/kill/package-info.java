/** Processes that are killed at random instants, and brokers too. */
@NullMarked
package dev.aldis.mqtt.campaigns.kill;

import org.jspecify.annotations.NullMarked;
