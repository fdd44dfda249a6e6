/** Losses of power, with all that a client is made of. */
@NullMarked
package dev.aldis.mqtt.campaigns.power;

import org.jspecify.annotations.NullMarked;
